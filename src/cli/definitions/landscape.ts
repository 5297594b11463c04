import type { Command } from 'commander';
import type { ExampleSetName, LandscapeBatchNorm } from '../../contract/index.ts';
import type { ConnectivityOptions, SimplexOptions, SurfaceOptions, TrajectoryOptions } from '../commands/landscape.ts';
import { checkpoint, collect, examples, integer, oneOf, place, real, threads } from '../options.ts';
import { define, type Definitions } from './command.ts';

/** `landscape surface`, `trajectory`, `connectivity` and `simplex`. */
export function defineLandscape(definitions: Definitions): void {
  const parent = define(definitions.program, 'landscape', 'measure the loss around and between checkpoints', [
    'thalweg landscape surface last --out surface.svg',
    'thalweg landscape trajectory last --out trajectory.svg --out trajectory.json',
    'thalweg landscape surface last --workers 2 --threads 1 --out surface.svg',
    'thalweg landscape surface last --queue redis://localhost:6379 --runs /hub/runs --out surface.svg',
    'thalweg help landscape surface',
  ]);
  defineSurface(parent, definitions);
  defineTrajectory(parent, definitions);
  defineConnectivity(parent, definitions);
  defineSimplex(parent, definitions);
}

const commands = () => import('../commands/landscape.ts');

// Written out, so that the schemas need not be loaded to read a command line.
const sets = ['train', 'validation', 'test'] satisfies ExampleSetName[];
const batchNorms = ['running', 'batch', 'recomputed'] satisfies LandscapeBatchNorm[];
const normalisations = ['filter', 'layer', 'none'] satisfies SurfaceOptions['normalisation'][];

/** Options that all have. */
const common = (command: Command): Command =>
  command
    .option('--on <set>', 'examples of which set: train (default), validation, test', oneOf('--on', sets))
    .option('--examples <n>', 'how many of them, or all (default: 2,000, or all of fewer)', examples)
    .option(
      '--batch-norm <kind>',
      'statistics: running (default), batch (of each chunk), recomputed (at each point)',
      oneOf('--batch-norm', batchNorms),
    )
    .option('--out <file>', 'write data (.json, .csv) or a figure (.svg, .png); may be given again', collect)
    .option(
      '--state <file>',
      'keep unfinished work in this .safetensors file (default: beside the first --out); the same command goes on with it',
    )
    .option('--theme <name>', 'of a figure: light (default) or dark', oneOf('--theme', ['light', 'dark']))
    .option('--width <pixels>', 'of a figure (default: 880)', integer('--width', 200, 10_000))
    .option('--runs <dir>', 'folder of the runs (default: $THALWEG_RUNS, else ./runs)')
    .option('--workers <n>', 'compute in so many processes of this machine (default: 1)', integer('--workers', 1, 1024))
    .option('--queue <url>', 'let workers on many machines compute; --runs is the hub’s folder (docs/queue.md)')
    .option(
      '--priority <n>',
      'with --queue: lower ones come first (default: 1000)',
      integer('--priority', 1, 2_000_000),
    )
    .option('--hub <url>', 'bring the runs from this hub; they need no folder here, and their names are given whole')
    .option('--token <text>', 'of the hub (default: $THALWEG_TOKEN)')
    .option('--data <dir>', 'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder)')
    .option('--threads <n>', 'threads of the CPU runtime, or auto (default: those of the first run)', threads)
    .option('--json', 'write one JSON document to standard output, and progress to standard error');

const runArgument = (command: Command): Command =>
  command.argument('<run>', 'name of a run, the start of it, or "last"');

function defineSurface(parent: Command, { io, exit }: Definitions): void {
  const command = runArgument(
    define(parent, 'surface', 'the loss on a plane along two random directions around a checkpoint', [
      'thalweg landscape surface last --out surface.svg',
      'thalweg landscape surface last --at 400 --from -0.5 --to 0.5 --points 21 --seed 2 --out surface.csv',
    ]),
  )
    .option('--at <iteration>', 'an iteration that has a checkpoint, or last (default)', place)
    .option('--from <a>', 'first step along both directions (default: -1)', real('--from'))
    .option('--to <a>', 'last step along both directions (default: 1)', real('--to'))
    .option('--points <n>', 'points along each direction (default: 51)', integer('--points', 2, 1001))
    .option('--seed <n>', 'seed of the directions (default: that of the run)', integer('--seed', 0))
    .option(
      '--normalisation <kind>',
      'of the directions: filter (default), layer, none',
      oneOf('--normalisation', normalisations),
    );
  common(command).action(async (run: string, options: SurfaceOptions) =>
    exit(await (await commands()).surface(run, options, io)),
  );
}

function defineTrajectory(parent: Command, { io, exit }: Definitions): void {
  const command = runArgument(
    define(
      parent,
      'trajectory',
      'the loss on the principal plane of a run’s checkpoints, and the way of training on it',
      [
        'thalweg landscape trajectory last --out trajectory.svg',
        'thalweg landscape trajectory last --points 41 --beyond 0.5 --json',
      ],
    ),
  )
    .option('--points <n>', 'points along each axis (default: 31)', integer('--points', 2, 1001))
    .option('--beyond <share>', 'how far the grid goes beyond the trajectory (default: 0.25)', real('--beyond', 0));
  common(command).action(async (run: string, options: TrajectoryOptions) =>
    exit(await (await commands()).trajectory(run, options, io)),
  );
}

const checkpointText = 'a run (its newest checkpoint) or run@iteration';

function defineConnectivity(parent: Command, { io, exit }: Definitions): void {
  const command = define(parent, 'connectivity', 'the loss along the line between two checkpoints', [
    'thalweg landscape connectivity quickstart-sgd-s1-1 quickstart-sgd-s2-1 --out line.svg',
    'thalweg landscape connectivity last@0 last@400 --on test --json',
  ])
    .argument('<a>', checkpointText, checkpoint)
    .argument('<b>', checkpointText, checkpoint)
    .option('--points <n>', 'points on the line, both ends among them (default: 31)', integer('--points', 3, 100_001));
  common(command).action(
    async (a: ReturnType<typeof checkpoint>, b: ReturnType<typeof checkpoint>, options: ConnectivityOptions) =>
      exit(await (await commands()).connectivity([a, b], options, io)),
  );
}

function defineSimplex(parent: Command, { io, exit }: Definitions): void {
  type Place = ReturnType<typeof checkpoint>;
  const command = define(parent, 'simplex', 'the loss on the plane through three checkpoints', [
    'thalweg landscape simplex quickstart-sgd-s1-1 quickstart-sgd-s2-1 quickstart-sgd-s3-1 --out simplex.svg',
    'thalweg landscape simplex last@0 last@200 last@400 --steps 10 --beyond 0 --out simplex.csv',
  ])
    .argument('<a>', checkpointText, checkpoint)
    .argument('<b>', checkpointText, checkpoint)
    .argument('<c>', checkpointText, checkpoint)
    .option('--steps <n>', 'parts that each edge is cut into (default: 20)', integer('--steps', 1, 1000))
    .option('--beyond <share>', 'how far beyond the edges, of the height (default: 0.5)', real('--beyond', 0))
    .option(
      '--threshold <nat>',
      'loss up to which a point counts as low (default: that of the highest vertex)',
      real('--threshold'),
    );
  common(command).action(async (a: Place, b: Place, c: Place, options: SimplexOptions) =>
    exit(await (await commands()).simplex([a, b, c], options, io)),
  );
}
