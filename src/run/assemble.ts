import { sizeOf, ThalwegError } from '../base/index.ts';
import type { Specification } from '../contract/index.ts';
import { evaluationSubset, type DataSet, type ExampleSet } from '../data/core/index.ts';
import { l2Penalty, lossFor, type Model } from '../nn/index.ts';
import { createRuntime, type Backend, type Runtime } from '../runtime/index.ts';
import type { Asset } from '../store/core/index.ts';
import { ChunkedExamples, type Objective, type Stepper } from '../train/index.ts';
import { chunkWithin, type MemoryLimit } from './memory.ts';
import { courseOf, type Course, type Phase } from './phases.ts';

/** Examples of one evaluation program: large enough for full speed, small enough for memory; fewer of larger images. */
const evaluationChunk = ({ inputShape }: DataSet): number =>
  Math.max(1, Math.min(1000, Math.floor(1_000_000 / sizeOf(inputShape))));

/** Where the directions of a followed training's steps come from, whose cosines are recorded. */
export type GradientSource = 'given' | 'computed' | 'steps';

/** A training from elsewhere that is followed instead of making updates. */
export interface Followed {
  readonly gradients: GradientSource;
  createStepper(prepared: Prepared): Promise<Stepper>;
}

/** Everything a run needs before its first update, made from its specification. */
export interface Prepared extends Course {
  /** With the digests of the files that it names. */
  readonly specification: Specification;
  /** Null: there is none. */
  readonly followed: Followed | null;
  /** Most examples of a chunk that memory allows; Infinity where nothing was said of it. */
  readonly chunkLimit: number;
  /** Files of which a run keeps copies. */
  readonly assets: readonly Asset[];
  readonly data: DataSet;
  readonly objective: Objective;
  readonly runtime: Runtime;
  /** A set of examples in chunks of `chunkSize` (default: that of evaluation); the same set is placed only once. */
  chunked(examples: ExampleSet, chunkSize?: number): ChunkedExamples;
  /** The training examples, or a fixed part of them, to evaluate on. Throws `SPECIFICATION_INVALID` for too many. */
  evaluationSet(examples: number | 'all'): ExampleSet;
  /** Releases the chunks and closes the device. */
  close(): Promise<void>;
}

/** What the surroundings give to a run. */
export interface RunParts {
  /** The examples, and the network with the files that it came from. */
  load(): Promise<{
    readonly data: DataSet;
    readonly model: Model;
    readonly specification: Specification;
    readonly assets: readonly Asset[];
  }>;
  /** Called last, when everything else is known to be right. */
  openBackend(): Promise<Backend>;
  /** What measuring shall stay within; default: chunks are as large as is fast. */
  readonly memory?: MemoryLimit | undefined;
}

/** Puts a run together, anywhere. Everything that a specification can have wrong shows here, before the device is opened. */
export async function assembleRun(asked: Specification, parts: RunParts): Promise<Prepared> {
  requireDistinctProbes(asked);
  const { data, model, specification, assets } = await parts.load();
  const { count } = data.train;
  const course = courseOf(specification, count);
  const evaluationSet = (examples: number | 'all'): ExampleSet =>
    evaluationSubset(data.train, examples === 'all' ? count : examples, asked.seed);
  for (const probe of specification.probes)
    if ('examples' in probe && probe.examples !== undefined) evaluationSet(probe.examples);
  const objective: Objective = { model, ...objectiveLoss(specification.loss) };
  for (const phase of course.phases) {
    requireWholeGhostBatches(phase, count);
    const examples = initialVarianceExamples(phase, objective);
    if (examples !== null) evaluationSet(examples);
  }
  const { memory } = parts;
  const chunkLimit = memory === undefined ? Infinity : chunkWithin(memory, model, data);
  const runtime = createRuntime(await parts.openBackend());
  const chunks = chunkCache(data, runtime);
  return {
    specification,
    followed: null,
    chunkLimit,
    assets,
    data,
    objective,
    runtime,
    ...course,
    chunked: (examples, chunkSize = evaluationChunk(data)) => chunks.of(examples, Math.min(chunkSize, chunkLimit)),
    evaluationSet,
    async close() {
      chunks.release();
      await runtime.close();
    },
  };
}

/** The loss of one example and the regularisation of a specification. */
function objectiveLoss(specification: Specification['loss']): Pick<Objective, 'loss' | 'penalty'> {
  const { l2 } = specification;
  return { loss: lossFor(specification), ...(l2 && { penalty: (parameters) => l2Penalty(parameters, l2) }) };
}

/** Batches consist of whole ghost batches, a last short one that is kept as well. */
function requireWholeGhostBatches({ optimizer, path }: Phase, count: number): void {
  if (!('ghostBatchSize' in optimizer) || optimizer.ghostBatchSize === undefined) return;
  const { batchSize, ghostBatchSize, lastBatch } = optimizer;
  if (batchSize % ghostBatchSize !== 0)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${path}.ghostBatchSize: expected a divisor of batchSize ${batchSize}, got ${ghostBatchSize}`,
    );
  const last = count % batchSize;
  if (lastBatch === 'keep' && last % ghostBatchSize !== 0)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${path}.ghostBatchSize: expected a divisor of the last batch of ${last} examples, which is kept, got ${ghostBatchSize}; lastBatch: drop leaves it out`,
    );
}

/** Examples whose gradients give the noise its variance; null: there is no such noise. */
function initialVarianceExamples({ optimizer, path }: Phase, { model }: Objective): number | 'all' | null {
  const noise = 'noise' in optimizer ? optimizer.noise : undefined;
  if (noise?.kind !== 'initial-variance') return null;
  if (model.buffers.length > 0)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${path}.noise: expected a model without batch normalisation for kind initial-variance (gradients of single examples), got ${model.name}`,
    );
  return noise.examples;
}

/** Two probes of one kind would record one series twice. */
function requireDistinctProbes({ probes }: Specification): void {
  const kinds = probes.map(({ kind }) => kind);
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined)
    throw new ThalwegError('SPECIFICATION_INVALID', `probes: expected each kind at most once, got "${twice}" again`);
}

/** Sets of examples in chunks, each made once. */
function chunkCache({ inputShape }: DataSet, { backend }: Runtime) {
  const made = new Map<ExampleSet, Map<number, ChunkedExamples>>();
  return {
    of(examples: ExampleSet, chunkSize: number): ChunkedExamples {
      const bySize = made.get(examples) ?? new Map<number, ChunkedExamples>();
      made.set(examples, bySize);
      const chunked = bySize.get(chunkSize) ?? new ChunkedExamples(examples, inputShape, chunkSize, backend);
      bySize.set(chunkSize, chunked);
      return chunked;
    },
    release(): void {
      for (const bySize of made.values()) for (const chunked of bySize.values()) chunked.release();
    },
  };
}
