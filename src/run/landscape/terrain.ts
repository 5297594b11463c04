import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { ThalwegError } from '../../base/index.ts';
import type { CheckpointName, ExampleSetName, LandscapeBatchNorm, RunFile } from '../../contract/index.ts';
import type { NetworkPoint } from '../../curvature/index.ts';
import { evaluationSubset, type ExampleSet } from '../../data/index.ts';
import type { BatchNormStatistics, LandscapeNetwork } from '../../landscape/index.ts';
import { runDirectory, type Checkpoint } from '../../store/index.ts';
import { requireSameData } from '../beginning.ts';
import { checkpointAt, readRun } from '../checkpoint-at.ts';
import { trainingChunk } from '../phases.ts';
import { pointAt } from '../point-at.ts';
import type { Prepared } from '../assemble.ts';
import { prepare } from '../prepare.ts';
import { closing } from '../resource.ts';
import type { Identity } from './journal.ts';
import type { CheckpointPlace, LandscapeHooks, LandscapeRequest } from './request.ts';

/** Checkpoints of runs of one model, and the network and examples that their surroundings are measured on. */
export interface Terrain {
  readonly file: RunFile;
  readonly checkpoints: readonly CheckpointName[];
  readonly network: LandscapeNetwork;
  /** Parameters and running statistics of a checkpoint. Throws `CHECKPOINT_INVALID`. */
  point(this: void, index: number): NetworkPoint;
  /** What a document says of its examples. */
  readonly description: {
    readonly set: ExampleSetName;
    readonly examples: number;
    readonly batchNorm: LandscapeBatchNorm | null;
  };
  /** What the numbers depend on, but for the options of one kind of landscape. */
  readonly identity: Identity;
}

interface Located extends Checkpoint {
  readonly run: string;
  readonly file: RunFile;
}

const defaultExamples = 2000;

/**
 * Opens the data and the model of the first run, and calls `use`. Throws `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a
 * checkpoint and for a trajectory of fewer than three, `CHECKPOINT_INVALID` for a run of another model, `DATA_INVALID` when the
 * examples are not those of the first run, and what its specification has wrong here.
 */
export async function withTerrain<T>(
  request: LandscapeRequest,
  { onNote }: LandscapeHooks,
  use: (terrain: Terrain) => Promise<T>,
): Promise<T> {
  const located = locate(request);
  const { file } = located[0]!;
  requireSameModel(located);
  noteOtherData(located, onNote);
  const { device, threads: own } = file.environment;
  const { runsDirectory, dataDirectory, threads = own } = request;
  const places = { runDirectory: runDirectory(runsDirectory, file.id), dataDirectory, device, threads };
  const prepared = await prepare(file.specification, places, onNote);
  return closing(prepared, async () => {
    await requireSameData(file, prepared);
    return use(await terrainOf(prepared, located, request));
  });
}

async function terrainOf(prepared: Prepared, located: readonly Located[], request: LandscapeRequest): Promise<Terrain> {
  const { objective, runtime, data } = prepared;
  const { model } = objective;
  const { set = 'train', batchNorm = 'running' } = request;
  const examples = examplesOf(prepared, set, request.examples);
  const chunked = prepared.chunked(examples, batchNorm === 'batch' ? trainingChunk(prepared.phases[0]!) : undefined);
  const statistics: Readonly<Record<LandscapeBatchNorm, BatchNormStatistics>> = {
    running: request.what === 'surface' ? 'centre' : 'interpolated',
    batch: 'batch',
    recomputed: { recomputed: chunked },
  };
  const description = { set, examples: examples.count, batchNorm: model.buffers.length > 0 ? batchNorm : null };
  const { device, threads, version } = runtime.backend;
  return {
    file: located[0]!.file,
    checkpoints: located.map(({ run, iteration }) => ({ run, iteration })),
    network: { runtime, objective, examples: chunked, batchNorm: statistics[batchNorm] },
    point: (index) => pointAt(located[index]!, model, prepared.specification),
    description,
    identity: {
      what: request.what,
      checkpoints: located.map(({ run, iteration }) => `${run}@${iteration}`).join(' '),
      'SHA-256 of the checkpoints': digestOf(located),
      'SHA-256 of the data': await data.digest(),
      set,
      examples: String(examples.count),
      'batch normalisation': batchNorm,
      device,
      threads: String(threads),
      onnxruntime: version,
    },
  };
}

function examplesOf({ data, specification }: Prepared, set: ExampleSetName, wanted?: number | 'all'): ExampleSet {
  const examples = data[set];
  if (!examples || examples.count === 0)
    throw new ThalwegError('USAGE', `landscape: expected a set that the run has examples in, got "${set}"`);
  const count = wanted === 'all' ? examples.count : (wanted ?? Math.min(defaultExamples, examples.count));
  return evaluationSubset(examples, count, specification.seed);
}

function locate(request: LandscapeRequest): readonly Located[] {
  const at = ({ run, at }: CheckpointPlace): Located => {
    const { file, checkpoints } = readRun(request.runsDirectory, run);
    return { run, file, ...checkpointAt(run, checkpoints, at) };
  };
  switch (request.what) {
    case 'surface':
      return [at(request.centre)];
    case 'trajectory':
      return locateAll(request.runsDirectory, request.run);
    case 'connectivity':
      return request.ends.map(at);
    case 'simplex':
      return request.vertices.map(at);
  }
}

function locateAll(runsDirectory: string, run: string): readonly Located[] {
  const { file, checkpoints } = readRun(runsDirectory, run);
  if (checkpoints.length < 3)
    throw new ThalwegError(
      'RUN_STATE',
      `run ${run}: expected at least 3 checkpoints for a plane, got ${checkpoints.length}; checkpoints.keepEvery of the specification keeps more`,
    );
  return checkpoints.map((checkpoint) => ({ run, file, ...checkpoint }));
}

/** Networks of other layers may have parameters of the same names and shapes. */
function requireSameModel([first, ...others]: readonly Located[]): void {
  const { model, data } = first!.file.specification;
  const other = others.find(({ file }) => !isDeepStrictEqual(file.specification.model, model));
  if (other)
    throw new ThalwegError(
      'CHECKPOINT_INVALID',
      `${other.path}: expected a checkpoint of the model of run ${first!.run} (${model.name} on ${data.name}), got one of ${JSON.stringify(other.file.specification.model)}`,
    );
}

function noteOtherData([first, ...others]: readonly Located[], onNote: LandscapeHooks['onNote']): void {
  for (const run of new Set(
    others.filter(({ file }) => file.data.digest !== first!.file.data.digest).map((o) => o.run),
  ))
    onNote?.(`run ${run} was trained on other examples than ${first!.run}: losses are on those of ${first!.run}`);
}

function digestOf(located: readonly Located[]): string {
  const hash = createHash('sha256');
  for (const { path } of located) hash.update(readFileSync(path));
  return hash.digest('hex');
}
