import type { Command } from 'commander';
import type { ExportOptions } from '../commands/export.ts';
import type { FigureCommandOptions } from '../commands/figure.ts';
import type { ListOptions } from '../commands/list.ts';
import type { MeasureCommandOptions } from '../commands/measure.ts';
import type { PointCommandOptions } from '../commands/measure-point.ts';
import type { ServeOptions } from '../commands/serve.ts';
import type { ShowOptions } from '../commands/show.ts';
import { collect, examples, integer, memory, oneOf, place, range, real, threads } from '../options.ts';
import { defaultHost, defaultPort } from '../serving.ts';
import { ownDataHelp, ownNetwork } from './own.ts';
import { define, type Definitions } from './command.ts';

/** `list`, `show`, `measure`, `export`, `figure` and `serve`: everything that reads runs. */
export function defineRuns(definitions: Definitions): void {
  defineList(definitions);
  defineShow(definitions);
  defineMeasure(definitions);
  defineExport(definitions);
  defineFigure(definitions);
  defineServe(definitions);
}

export const runsOption = (command: Command): Command =>
  command.option('--runs <dir>', 'folder of the runs (default: $THALWEG_RUNS, else ./runs)');

const runArgument = (command: Command): Command =>
  runsOption(command).argument('<run>', 'name of a run, the start of it, or "last"');

function defineList({ program, io, exit }: Definitions): void {
  runsOption(
    define(program, 'list', 'list the runs, newest first', [
      'thalweg list',
      'thalweg list --where "optimizer.learningRate=0.1 trainLoss<0.5" --sort testAccuracy --reverse',
      'thalweg list --tag baseline --all',
      'thalweg list --json | jq .[0].id',
    ]),
  )
    .option('--all', 'archived runs too')
    .option('--tag <tag>', 'only runs with this tag; with all of them when given again', collect)
    .option(
      '--where <query>',
      'only runs that fulfil it: words, key:text, key=x, key!=x, key>x, key<x, -not this; keys as for --set, or trainLoss …',
      collect,
    )
    .option('--sort <key>', 'in the order of a key, smallest first (default: newest first)')
    .option('--reverse', 'the other way round')
    .option('--json', 'write one JSON document')
    .action(async (options: ListOptions) => exit(await (await import('../commands/list.ts')).list(options, io)));
}

function defineShow({ program, io, exit }: Definitions): void {
  runArgument(
    define(program, 'show', 'show the specification, environment, results and contents of a run', [
      'thalweg show last',
      'thalweg show quickstart-sgd-s1-1 --json',
    ]),
  )
    .option('--json', 'write one JSON document')
    .action(async (run: string, options: ShowOptions) =>
      exit(await (await import('../commands/show.ts')).show(run, options, io)),
    );
}

function defineMeasure({ program, io, exit, lists }: Definitions): void {
  const command = runsOption(
    define(program, 'measure', 'measure quantities at a checkpoint of a run, or of a network from elsewhere', [
      'thalweg measure last --at last --quantity hessian-spectrum',
      'thalweg measure last --at 400 --quantity hessian-spectrum --set k=5 --examples all --json',
      'thalweg measure last --at last --quantity hessian-spectrum --out eigenvectors.safetensors',
      'thalweg measure last --at last --quantity per-example-hessian-trace --out traces.svg',
      'thalweg measure --model net.onnx --data images/ --loss cross-entropy --quantity hessian-top,hessian-trace',
      'thalweg measure --model lenet --weights lenet.npz --data mnist --quantity exact-per-example-trace,margins',
    ]),
  )
    .argument('[run]', 'name of a run, the start of it, or "last"; none with --model')
    .option('--at <iteration>', 'an iteration that has a checkpoint, 0, or last', place)
    .option(
      '--quantity <name>',
      'what to measure; several with commas, or given again; with --model beside the loss',
      collect,
    )
    .option('--examples <n>', 'training examples it is measured on, or all (default: 2,000, or all of fewer)', examples)
    .option(
      '--set <key=value>',
      'an option of the quantities that have it, or quantity.key=value of one; with --model also model.…, data.…, loss.…',
      collect,
    )
    .option(
      '--out <file>',
      'write vectors and per-example values (.safetensors), or the scatter of per-example-hessian-trace (.svg, .png)',
    )
    .option(
      '--data <dir or set>',
      'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder); with --model what is measured on: ' +
        ownDataHelp,
    )
    .option('--threads <n>', 'threads of the CPU runtime, or auto (default: those of the run)', threads)
    .option('--memory <size>', 'with --model: memory that measuring stays within, such as 2GB', memory)
    .option('--json', 'write one JSON document to standard output, and progress to standard error');
  if (lists.quantities !== undefined) command.addHelpText('after', `\nQuantities:\n${lists.quantities}`);
  ownNetwork(command);
  command.action(async (run: string | undefined, options: MeasureCommandOptions & PointCommandOptions) => {
    if (options.model === undefined) exit(await (await import('../commands/measure.ts')).measure(run, options, io));
    else exit(await (await import('../commands/measure-point.ts')).measurePoint(run, options, io));
  });
}

function defineExport({ program, io, exit }: Definitions): void {
  runArgument(
    define(program, 'export', 'write everything that a run recorded to one file', [
      'thalweg export last --format csv',
      'thalweg export last --format parquet --out walk.parquet',
      'thalweg export last --format csv --out - | head',
    ]),
  )
    .requiredOption('--format <name>', 'csv, parquet or json', oneOf('--format', ['csv', 'parquet', 'json']))
    .option('--own', 'only what a fork recorded itself, without its parent’s part')
    .option('--out <file>', 'file or folder; - is standard output (default: <run>.<format> in this folder)')
    .action(async (run: string, options: ExportOptions) =>
      exit(await (await import('../commands/export.ts')).exportRun(run, options, io)),
    );
}

function defineFigure({ program, io, exit, lists }: Definitions): void {
  const command = runsOption(
    define(program, 'figure', 'draw a figure of a run, a schedule, a formula or a paper, or write its numbers', [
      'thalweg figure last --figure walk --out walk.svg',
      'thalweg figure last --figure walk --iterations 0..40 --theme dark --out walk.png',
      'thalweg figure last --figure margins --iteration 400 --out margins.csv',
      'thalweg figure --schedule quickstart --out schedule.svg',
      'thalweg figure --figure loss-shapes --out shapes.svg',
      'thalweg figure --figure W-cos.walk --scale smoke --out walk.svg',
      'thalweg figure lr-bs --figure sweep.matrix --quantity testLoss --out matrix.svg',
    ]),
  )
    .argument('[run]', 'name of a run, the start of it, or "last"; name of a sweep for its figures')
    .option(
      '--figure <id>',
      'which figure of the run, of a formula, of a paper (docs/rows.md), or sweep.matrix, sweep.parallel',
    )
    .option('--quantity <name>', 'of a sweep’s figure: the final figure that is coloured (docs/sweeps.md)')
    .option('--across <key>', 'of sweep.matrix: the axis across (default: the first)')
    .option('--upwards <key>', 'of sweep.matrix: the axis upwards, or none (default: the second)')
    .option(
      '--scale <name>',
      'of a paper’s figure: smoke, laptop (default) or paper',
      oneOf('--scale', ['smoke', 'laptop', 'paper']),
    )
    .option('--seeds <n>', 'of a paper’s figure: as given to reproduce', integer('--seeds', 2, 1000))
    .option('--schedule <specification>', 'the learning rate of a study or a file instead; nothing is trained')
    .option('--data <dir>', 'with --schedule: folder of the data sets')
    .requiredOption(
      '--out <file>',
      'file to write; it ends in .svg, .png, or .csv for the numbers of a figure of a run',
    )
    .option('--own', 'only what a fork recorded itself, without its parent’s part')
    .option('--iterations <from..to>', 'iterations to show (default: all)', range('--iterations'))
    .option('--iteration <n>', 'the iteration that is shown by itself (default: the last)', integer('--iteration', 0))
    .option('--training-loss <loss>', 'of loss-slice: where the run is cut', real('--training-loss', 0))
    .option(
      '--margin <kind>',
      'of margins: output (default), absolute or softmax',
      oneOf('--margin', ['output', 'absolute', 'softmax']),
    )
    .option('--axis <kind>', 'vertical axes: linear or log (default: as usual)', oneOf('--axis', ['linear', 'log']))
    .option('--theme <name>', 'light (default) or dark', oneOf('--theme', ['light', 'dark']))
    .option('--width <pixels>', 'width of the figure (default: 880)', integer('--width', 200, 10_000));
  if (lists.figures !== undefined)
    command.addHelpText('after', `\nFigures:\n${lists.figures}\n\nFigures without a run:\n${lists.formulas ?? ''}`);
  command.action(async (run: string | undefined, options: FigureCommandOptions) =>
    exit(await (await import('../commands/figure.ts')).figure(run, options, io)),
  );
}

function defineServe({ program, io, exit }: Definitions): void {
  runsOption(
    define(program, 'serve', 'serve the pages of all runs until Ctrl-C', [
      'thalweg serve',
      'thalweg serve --runs /big/disk/runs --port 0',
      'thalweg serve --hub --host 0.0.0.0 --token $THALWEG_TOKEN',
    ]),
  )
    .option(
      '--data <dir>',
      'folder of the data sets of runs that are started (default: $THALWEG_DATA, else the user’s cache)',
    )
    .option('--port <n>', 'port; 0 takes a free one', integer('--port', 0, 65535), defaultPort)
    .option(
      '--host <address>',
      'address to listen on; one that other machines reach asks for a token ($THALWEG_TOKEN, else a new one)',
      defaultHost,
    )
    .option('--queue <url>', 'queue of runs that the page shows and manages: redis://host:6379 (docs/queue.md)')
    .option('--token <text>', 'what others have to show (default: $THALWEG_TOKEN, else a new one)')
    .option('--hub', 'take the runs that workers on other machines make (docs/hub.md)')
    .action(async (options: ServeOptions) => exit(await (await import('../commands/serve.ts')).serve(options, io)));
}
