import type { SweepOptions } from '../commands/sweep.ts';
import { collect, integer } from '../options.ts';
import { define, type Definitions } from './command.ts';

/** `sweep`. */
export function defineSweeps({ program, io, exit }: Definitions): void {
  define(program, 'sweep', 'train many runs that one file describes: grids, lists, random settings, seeds', [
    'thalweg sweep lr-bs.yaml --dry-run',
    'thalweg sweep lr-bs.yaml',
    'thalweg sweep lr-bs.yaml --seeds 2 --set "duration=2 epochs" --runs /tmp/try',
    'thalweg sweep lr-bs.yaml --json > cells.json',
    'thalweg sweep lr-bs.yaml --queue redis://localhost:6379 --runs /hub/runs',
    'thalweg sweep lr-bs.yaml --queue redis://host:6379 --hub http://host:4173 --token …',
  ])
    .argument('<file>', 'a .yaml, .yml or .json file (docs/sweeps.md)')
    .option('--dry-run', 'only print the runs, and what they will cost on this machine')
    .option(
      '--workers <n>',
      'processes at a time (default: as many as cores and memory allow for these runs)',
      integer('--workers', 1, 1024),
    )
    .option('--seeds <n>', 'seeds 1 … n instead of those of the file', integer('--seeds', 1, 100_000))
    .option('--set <key=value>', 'change a value of the base; may be given again', collect)
    .option('--data <dir>', 'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder)')
    .option('--runs <dir>', 'folder of the runs (default: $THALWEG_RUNS, else ./runs); what is there is used')
    .option('--queue <url>', 'let workers on many machines make them; --runs is the hub’s folder (docs/queue.md)')
    .option(
      '--priority <n>',
      'with --queue: lower ones come first (default: 1000)',
      integer('--priority', 1, 2_000_000),
    )
    .option('--hub <url>', 'with --queue: the hub, where --runs is not its folder; runs that are done are brought here')
    .option('--token <text>', 'of the hub (default: $THALWEG_TOKEN)')
    .option('--yes', 'do not ask about more than 1,000 runs')
    .option('--json', 'write one JSON document to standard output, and progress to standard error')
    .action(async (file: string, options: SweepOptions) =>
      exit(await (await import('../commands/sweep.ts')).sweep(file, options, io)),
    );
}
