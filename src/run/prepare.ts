import { spanIterations, type Specification } from '../contract/index.ts';
import { createSampler, evaluationSubset, gatherBatch, loadDataSet, type DataSet, type ExampleSet } from '../data/index.ts';
import { lossFunctions, modelFor } from '../nn/index.ts';
import { createRuntime, type Runtime } from '../runtime/index.ts';
import { createOrtBackend } from '../runtime/node/index.ts';
import { ChunkedExamples, createBatchStepper, createFullStepper, type Chunk, type Objective, type Stepper } from '../train/index.ts';

/** Examples of one evaluation program: large enough for full speed, small enough for the caches of a core. */
const evaluationChunk = 1000;

/** Everything a run needs before its first update, made from its specification. */
export interface Prepared {
  readonly specification: Specification;
  readonly data: DataSet;
  readonly objective: Objective;
  readonly runtime: Runtime;
  readonly iterationsPerEpoch: number;
  readonly totalIterations: number;
  /** A set of examples in chunks for evaluation; released with the runtime. */
  chunked(examples: ExampleSet, chunkSize?: number): ChunkedExamples;
  /** The training examples, or a fixed part of them, to evaluate on. */
  evaluationSet(examples: number | 'all'): ExampleSet;
}

/** Loads the data, builds the model, opens the device. `threads` overrides the specification (a resumed run keeps its own). */
export async function prepare(specification: Specification, dataDirectory: string | undefined, threads?: number): Promise<Prepared> {
  const data = await loadDataSet(specification.data, { seed: specification.seed, ...(dataDirectory ? { dataDirectory } : {}) });
  const { optimizer } = specification;
  const iterationsPerEpoch =
    optimizer.name === 'gd' ? 1 : createSampler({ count: data.train.count, batchSize: optimizer.batchSize, seed: specification.seed }).iterationsPerEpoch;
  const evaluationSet = (examples: number | 'all'): ExampleSet =>
    evaluationSubset(data.train, examples === 'all' ? data.train.count : examples, specification.seed);
  for (const probe of specification.probes) if (probe.kind === 'interpolation') evaluationSet(probe.examples);
  const model = modelFor(specification.model, data.inputShape, data.classes);
  const backend = await createOrtBackend({ device: specification.device, threads: threads ?? specification.threads });
  return {
    specification,
    data,
    objective: { model, loss: lossFunctions[specification.loss.name] },
    runtime: createRuntime(backend),
    iterationsPerEpoch,
    totalIterations: spanIterations(specification.duration, iterationsPerEpoch),
    chunked: (examples, chunkSize = evaluationChunk) => new ChunkedExamples(examples, data.inputShape, chunkSize, backend),
    evaluationSet,
  };
}

/** The update rule's way of estimating gradients. */
export function createStepper(prepared: Prepared, keepGradient: boolean): Promise<Stepper> {
  const { specification, data, objective, runtime } = prepared;
  const { optimizer, seed } = specification;
  if (optimizer.name === 'gd') return createFullStepper(runtime, objective, prepared.chunked(data.train, optimizer.chunkSize));
  const { batchSize } = optimizer;
  const sampler = createSampler({ count: data.train.count, batchSize, seed });
  const shape = [batchSize, ...data.inputShape];
  const buffer = gatherBatch(data.train, sampler.indices(0));
  const batchAt = (iteration: number): Chunk => {
    const { inputs, labels } = gatherBatch(data.train, sampler.indices(iteration), buffer);
    return {
      size: batchSize,
      x: { dtype: 'float32', shape, data: inputs },
      labels: { dtype: 'int64', shape: [batchSize], data: labels },
    };
  };
  return createBatchStepper(runtime, objective, batchSize, batchAt, keepGradient);
}
