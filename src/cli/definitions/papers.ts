import type { ReproduceOptions } from '../commands/reproduce.ts';
import { collect, integer, oneOf } from '../options.ts';
import { define, type Definitions } from './command.ts';

/** `reproduce`. */
export function definePapers({ program, io, exit, lists }: Definitions): void {
  const command = define(program, 'reproduce', 'train and measure what papers did, and judge what they claim', [
    'thalweg reproduce R --scale smoke --report report',
    'thalweg reproduce W G --seeds 5 --report report',
    'thalweg reproduce W --only W-barrier.rare --scale smoke',
    'thalweg reproduce all --scale paper --dry-run',
    'thalweg reproduce M --no-run --report report',
  ])
    .argument('<paper...>', 'W, G, M, F, R, or all')
    .option(
      '--scale <name>',
      'smoke (minutes, tests the machinery), laptop (default) or paper',
      oneOf('--scale', ['smoke', 'laptop', 'paper']),
    )
    .option('--seeds <n>', 'seeds 1 … n (default: what each experiment asks for)', integer('--seeds', 2, 1000))
    .option('--only <id>', 'only what this claim, figure, table, experiment or row needs; may be given again', collect)
    .option('--report <dir>', 'folder of the report: index.html, report.md, figures, ledger.json')
    .option('--no-run', 'make nothing: judge what is there')
    .option('--dry-run', 'only print the plan, and what it will cost on this machine')
    .option('--workers <n>', 'processes at a time (default: one for each core)', integer('--workers', 1, 1024))
    .option('--queue <url>', 'let workers on many machines train; --runs is the hub’s folder (docs/queue.md)')
    .option(
      '--priority <n>',
      'with --queue: lower ones come first (default: 1000)',
      integer('--priority', 1, 2_000_000),
    )
    .option('--hub <url>', 'with --queue: the hub, where --runs is not its folder; runs that are done are brought here')
    .option('--token <text>', 'of the hub (default: $THALWEG_TOKEN)')
    .option('--data <dir>', 'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder)')
    .option('--runs <dir>', 'folder of the runs (default: $THALWEG_RUNS, else ./runs); what is there is used')
    .option('--json', 'write one JSON document to standard output, and progress to standard error');
  if (lists.papers !== undefined) command.addHelpText('after', `\nPapers:\n${lists.papers}`);
  command.action(async (papers: string[], options: ReproduceOptions) =>
    exit(await (await import('../commands/reproduce.ts')).reproducePapers(papers, options, io)),
  );
}
