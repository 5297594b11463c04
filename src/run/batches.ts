import { sizeOf } from '../base/index.ts';
import { createSampler, selectExamples, type ExampleSet } from '../data/core/index.ts';
import { ChunkedExamples } from '../train/index.ts';
import { phaseAt, samplerOptions, type Phase } from './phases.ts';
import type { Prepared } from './assemble.ts';
import { trainingSeed } from './training-seed.ts';

/** The training examples of each update of a phase, by number; null for one that takes all examples at once. */
export function batchIndices(
  phase: Phase,
  { data, clock, specification }: Pick<Prepared, 'data' | 'clock' | 'specification'>,
): ((iteration: number) => Uint32Array<ArrayBuffer>) | null {
  const options = samplerOptions(phase, data.train.count, trainingSeed(specification));
  if (options === null) return null;
  const sampler = createSampler(options);
  const { epoch, within, iterationsPerEpoch } = clock.at(phase.from);
  // The sampler counts as if every epoch had its own length. Batches with replacement need no epochs, and one stream each.
  const offset = options.replacement ? 0 : epoch * iterationsPerEpoch + within - phase.from;
  return (iteration) => sampler.indices(iteration + offset);
}

/** Numbers that the gradients of a chunk's single examples may have together. */
const gradientNumbers = 20_000_000;

/** The batches of a run as examples. */
export interface Batches {
  /** That of the first update, released with the run. */
  readonly first: ChunkedExamples;
  /** That of update t, ghost batches together; after the last update the one that would follow. The caller releases it. */
  at(this: void, iteration: number): ChunkedExamples;
}

/** @param chunk most examples of a chunk; fewer where their single gradients would not fit into memory */
export function createBatches(prepared: Prepared, chunk: number): Batches {
  const { data, objective, phases, runtime } = prepared;
  const size = objective.model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const chunkSize = Math.max(1, Math.min(chunk, Math.floor(gradientNumbers / size)));
  const indices = new Map(phases.map((phase) => [phase, batchIndices(phase, prepared)]));
  const examplesAt = (iteration: number): ExampleSet => {
    const numbers = indices.get(phaseAt(prepared, iteration))?.(iteration);
    return numbers ? selectExamples(data.train, numbers) : data.train;
  };
  return {
    first: prepared.chunked(examplesAt(0), chunkSize),
    at: (iteration) => new ChunkedExamples(examplesAt(iteration), data.inputShape, chunkSize, runtime.backend),
  };
}
