import type { AnnotateOptions } from '../commands/annotate.ts';
import { collect } from '../options.ts';
import { define, type Definitions } from './command.ts';
import { runsOption } from './runs.ts';

/** `annotate`, `remove`, `restore` and `trash`: what is said of runs, and where they lie. */
export function defineManaging(definitions: Definitions): void {
  defineAnnotate(definitions);
  defineRemove(definitions);
  defineRestore(definitions);
  defineTrash(definitions);
}

const jsonOption = ['--json', 'write one JSON document'] as const;

function defineAnnotate({ program, io, exit }: Definitions): void {
  runsOption(
    define(program, 'annotate', 'tag, note or archive runs; no number changes', [
      'thalweg annotate last --tag baseline --note "diverges after epoch 3"',
      'thalweg annotate walk-1 walk-2 --untag baseline',
      'thalweg annotate walk-1 --archive',
    ]),
  )
    .argument('<run...>', 'names of runs, the starts of them, or "last"')
    .option('--tag <tag>', 'add a tag; several when given again', collect)
    .option('--untag <tag>', 'remove a tag', collect)
    .option('--note <text>', 'replace the note; "" removes it')
    .option('--archive', 'leave them out of lists')
    .option('--no-archive', 'take them into lists again')
    .option(...jsonOption)
    .action(async (runs: string[], options: AnnotateOptions) =>
      exit(await (await import('../commands/annotate.ts')).annotate(runs, options, io)),
    );
}

function defineRemove({ program, io, exit }: Definitions): void {
  runsOption(
    define(program, 'remove', 'move runs into the trash, from where they can be restored', [
      'thalweg remove walk-1 walk-2',
    ]),
  )
    .argument('<run...>', 'names of runs, the starts of them, or "last"')
    .option(...jsonOption)
    .action(async (runs: string[], options: { runs?: string; json?: boolean }) =>
      exit(await (await import('../commands/trash.ts')).remove(runs, options, io)),
    );
}

function defineRestore({ program, io, exit }: Definitions): void {
  runsOption(
    define(program, 'restore', 'move runs out of the trash', [
      'thalweg restore walk-1',
      'thalweg restore walk-1~2 --as walk-1-old',
    ]),
  )
    .argument('<name...>', 'names in the trash, as `thalweg trash` lists them')
    .option('--as <run>', 'another name for the one that is restored')
    .option(...jsonOption)
    .action(async (names: string[], options: { runs?: string; as?: string; json?: boolean }) =>
      exit(await (await import('../commands/trash.ts')).restore(names, options, io)),
    );
}

function defineTrash({ program, io, exit }: Definitions): void {
  runsOption(
    define(program, 'trash', 'list the runs in the trash, or delete them for good', [
      'thalweg trash',
      'thalweg trash --empty',
    ]),
  )
    .option('--empty', 'delete all of them for good, after a question')
    .option('--yes', 'with --empty: without the question')
    .option(...jsonOption)
    .action(async (options: { runs?: string; empty?: boolean; yes?: boolean; json?: boolean }) =>
      exit(await (await import('../commands/trash.ts')).trash(options, io)),
    );
}
