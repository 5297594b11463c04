import { rmSync } from 'node:fs';
import type { ExampleSetName, LandscapeBatchNorm, LandscapeDocument } from '../../contract/index.ts';
import type { ThemeName } from '../../figures/index.ts';
import type { CheckpointPlace, LandscapeHooks, LandscapeRequest } from '../../run/index.ts';
import { openRun } from '../../store/index.ts';
import { requireWritable } from '../files.ts';
import { stoppable } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { endings, saveLandscape, type Look } from '../landscape-files.ts';
import { computerOf, runsAtHand, type ComputingOptions } from '../landscape-parts.ts';
import { landscapeText } from '../landscape-text.ts';
import { createMeasuringDisplay } from '../measuring.ts';
import { given } from '../options.ts';

/** Options of every landscape. */
export interface LandscapeOptions extends ComputingOptions {
  readonly on?: ExampleSetName;
  readonly examples?: number | 'all';
  readonly batchNorm?: LandscapeBatchNorm;
  readonly out?: readonly string[];
  readonly state?: string;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly json?: boolean;
  readonly data?: string;
  readonly threads?: number | 'auto';
}

export interface SurfaceOptions extends LandscapeOptions {
  readonly at?: number | 'last';
  readonly from?: number;
  readonly to?: number;
  readonly points?: number;
  readonly seed?: number;
  readonly normalisation?: 'filter' | 'layer' | 'none';
}

export interface TrajectoryOptions extends LandscapeOptions {
  readonly points?: number;
  readonly beyond?: number;
}

export interface ConnectivityOptions extends LandscapeOptions {
  readonly points?: number;
}

export interface SimplexOptions extends LandscapeOptions {
  readonly steps?: number;
  readonly beyond?: number;
  readonly threshold?: number;
}

/** `thalweg landscape surface <run>` */
export function surface(run: string, options: SurfaceOptions, io: Io): Promise<number> {
  const { at = 'last', from, to, points, seed, normalisation } = options;
  const own = given({ from, to, points, seed, normalisation });
  return withRuns([{ run, at }], options, io, (common, [centre]) => ({
    ...{ what: 'surface', centre: centre!, ...common, ...own },
  }));
}

/** `thalweg landscape trajectory <run>` */
export function trajectory(run: string, options: TrajectoryOptions, io: Io): Promise<number> {
  const { points, beyond } = options;
  return withRuns([{ run, at: 'all' }], options, io, (common, [all]) => ({
    ...{ what: 'trajectory', run: all!.run, ...common, ...given({ points, beyond }) },
  }));
}

/** `thalweg landscape connectivity <a> <b>` */
export function connectivity(
  places: readonly [CheckpointPlace, CheckpointPlace],
  options: ConnectivityOptions,
  io: Io,
): Promise<number> {
  const own = given({ points: options.points });
  return withRuns(places, options, io, (common, [from, to]) => ({
    ...{ what: 'connectivity', ends: [from!, to!], ...common, ...own },
  }));
}

/** `thalweg landscape simplex <a> <b> <c>` */
export function simplex(
  places: readonly [CheckpointPlace, CheckpointPlace, CheckpointPlace],
  options: SimplexOptions,
  io: Io,
): Promise<number> {
  const { steps, beyond, threshold } = options;
  const own = given({ steps, beyond, threshold });
  return withRuns(places, options, io, (common, [one, other, third]) => ({
    ...{ what: 'simplex', vertices: [one!, other!, third!], ...common, ...own },
  }));
}

type Common = ReturnType<typeof common>;

/** Measures what `request` asks for, once its runs are at hand. */
async function withRuns<At extends CheckpointPlace['at'] | 'all'>(
  places: readonly { readonly run: string; readonly at: At }[],
  options: LandscapeOptions,
  io: Io,
  request: (common: Common, places: { readonly run: string; readonly at: At }[]) => LandscapeRequest,
): Promise<number> {
  const runs = await runsAtHand(places, options, io);
  try {
    const found = places.map(({ run, at }) => ({ run: runs.idOf(run), at }));
    return await landscape(request(common(runs.runsDirectory, options), found), options, io);
  } finally {
    runs.close();
  }
}

/** The part of a request that all landscapes have. What is computed is kept beside the first file, unless told otherwise. */
function common(
  runsDirectory: string,
  { on: set, examples, batchNorm, data: dataDirectory, threads, ...files }: LandscapeOptions,
) {
  const [first] = files.out ?? [];
  const state = files.state ?? (first === undefined ? undefined : `${first}${stateEnding}`);
  return { runsDirectory, ...given({ dataDirectory, threads, state, set, examples, batchNorm }) };
}

const stoppingHere = 'stopping after these points (Ctrl-C again ends at once)';
const stoppingToWait =
  'stopping: its parts stay in the queue, where workers go on with them; the same command looks at them again';

const stateEnding = '.partial.safetensors';

async function landscape(request: LandscapeRequest, options: LandscapeOptions, io: Io): Promise<number> {
  const { out = [], json, state } = options;
  for (const path of out) requireWritable('--out', path, endings);
  if (state !== undefined) requireWritable('--state', state, ['.safetensors']);
  const compute = await computerOf(options);
  const output = json === true ? io.stderr : io.stdout;
  const display = createMeasuringDisplay(output, { unit: 'points', atMost: false });
  const onStopping = (): void => display.note(options.queue === undefined ? stoppingHere : stoppingToWait);
  const document = await stoppable('landscape', io, onStopping, async (signal) => {
    const { measureLandscape, measureLandscapeInParts } = await import('../../run/index.ts');
    const hooks: LandscapeHooks = {
      signal,
      onProgress: ({ what, points, of }) => display.show({ what, done: points, of }),
      onNote: (text) => display.note(text),
    };
    return compute ? measureLandscapeInParts(request, compute, hooks) : measureLandscape(request, hooks);
  }).finally(() => display.end());
  for (const path of out) {
    await saveLandscape(path, document, await lookOf(request, document, options));
    writeLine(output, path);
  }
  if (json === true) writeJson(io.stdout, document);
  else writeLine(io.stdout, landscapeText(document, io.stdout.columns));
  // Only now nothing can be lost with it.
  if (request.state !== undefined) rmSync(request.state, { force: true });
  return 0;
}

async function lookOf(
  { runsDirectory }: LandscapeRequest,
  { checkpoints }: LandscapeDocument,
  { theme, width }: LandscapeOptions,
): Promise<Look> {
  const { captionOf } = await import('../../figures/index.ts');
  const reader = openRun(runsDirectory, checkpoints[0]!.run);
  try {
    return { title: captionOf(reader.file()).title, options: given({ theme, width }) };
  } finally {
    reader.close();
  }
}
