import { rmSync } from 'node:fs';
import type { ExampleSetName, LandscapeBatchNorm, LandscapeDocument } from '../../contract/index.ts';
import type { ThemeName } from '../../figures/index.ts';
import type { CheckpointPlace, LandscapeRequest } from '../../run/index.ts';
import { defaultRunsDirectory, openRun, resolveRunId } from '../../store/index.ts';
import { requireWritable } from '../files.ts';
import { stoppable } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { endings, saveLandscape, type Look } from '../landscape-files.ts';
import { landscapeText } from '../landscape-text.ts';
import { createMeasuringDisplay } from '../measuring.ts';
import { given } from '../options.ts';

/** Options of every landscape. */
export interface LandscapeOptions {
  readonly on?: ExampleSetName;
  readonly examples?: number | 'all';
  readonly batchNorm?: LandscapeBatchNorm;
  readonly out?: readonly string[];
  readonly state?: string;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly json?: boolean;
  readonly data?: string;
  readonly runs?: string;
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
  const [centre] = placesOf([{ run, at }], options);
  const own = given({ from, to, points, seed, normalisation });
  return landscape({ what: 'surface', centre: centre!, ...common(options), ...own }, options, io);
}

/** `thalweg landscape trajectory <run>` */
export function trajectory(run: string, options: TrajectoryOptions, io: Io): Promise<number> {
  const { points, beyond } = options;
  const id = resolveRunId(options.runs ?? defaultRunsDirectory(), run);
  return landscape({ what: 'trajectory', run: id, ...common(options), ...given({ points, beyond }) }, options, io);
}

/** `thalweg landscape connectivity <a> <b>` */
export function connectivity(
  places: readonly [CheckpointPlace, CheckpointPlace],
  options: ConnectivityOptions,
  io: Io,
): Promise<number> {
  const [from, to] = placesOf(places, options);
  const own = given({ points: options.points });
  return landscape({ what: 'connectivity', ends: [from!, to!], ...common(options), ...own }, options, io);
}

/** `thalweg landscape simplex <a> <b> <c>` */
export function simplex(
  places: readonly [CheckpointPlace, CheckpointPlace, CheckpointPlace],
  options: SimplexOptions,
  io: Io,
): Promise<number> {
  const { steps, beyond, threshold } = options;
  const [one, other, third] = placesOf(places, options);
  const own = given({ steps, beyond, threshold });
  return landscape({ what: 'simplex', vertices: [one!, other!, third!], ...common(options), ...own }, options, io);
}

function placesOf(places: readonly CheckpointPlace[], { runs }: LandscapeOptions): CheckpointPlace[] {
  const runsDirectory = runs ?? defaultRunsDirectory();
  return places.map(({ run, at }) => ({ run: resolveRunId(runsDirectory, run), at }));
}

/** The part of a request that all landscapes have. What is computed is kept beside the first file, unless told otherwise. */
function common({ runs, on: set, examples, batchNorm, data: dataDirectory, threads, ...files }: LandscapeOptions) {
  const [first] = files.out ?? [];
  const state = files.state ?? (first === undefined ? undefined : `${first}${stateEnding}`);
  const places = { runsDirectory: runs ?? defaultRunsDirectory(), ...given({ dataDirectory, threads, state }) };
  return { ...places, ...given({ set, examples, batchNorm }) };
}

const stateEnding = '.partial.safetensors';

async function landscape(request: LandscapeRequest, options: LandscapeOptions, io: Io): Promise<number> {
  const { out = [], json, state } = options;
  for (const path of out) requireWritable('--out', path, endings);
  if (state !== undefined) requireWritable('--state', state, ['.safetensors']);
  const output = json === true ? io.stderr : io.stdout;
  const display = createMeasuringDisplay(output, { unit: 'points', atMost: false });
  const onStopping = (): void => display.note('stopping after these points (Ctrl-C again ends at once)');
  const document = await stoppable('landscape', io, onStopping, async (signal) => {
    const { measureLandscape } = await import('../../run/index.ts');
    return measureLandscape(request, {
      signal,
      onProgress: ({ what, points, of }) => display.show({ what, done: points, of }),
      onNote: (text) => display.note(text),
    });
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
