import type { Scale } from '../../contract/index.ts';
import {
  createExactTraces,
  createTraceEstimates,
  createTraceEstimatesOneByOne,
  ExampleEvaluator,
  type MeasuredNetwork,
} from '../../curvature/index.ts';
import { evaluationSubset, loadDataSet, type DataSet } from '../../data/index.ts';
import { initialBuffers, initialParameters, lossFor, modelFor } from '../../nn/index.ts';
import { createOrtBackend } from '../../runtime/node/index.ts';
import { createRuntime, type Runtime } from '../../runtime/index.ts';
import { quantiles } from '../../statistics/index.ts';
import { ChunkedExamples } from '../../train/index.ts';
import type { ComputationRequest, ComputedExperiment } from '../paper.ts';
import { parseSpecification } from '../resolve.ts';
import { numberOption } from './measuring.ts';

/** Examples of MNIST, for which the paper states its times. */
export const mnistExamples = 60_000;

interface CostSetting {
  /** Examples of the margins and of the exact traces. */
  readonly all: number;
  /** Examples of the estimates of whole chunks, and of those one by one. */
  readonly batched: number;
  readonly oneByOne: number;
  /** Random directions of each estimate. */
  readonly probes: number;
}

const settings: Readonly<Record<Scale, CostSetting>> = {
  smoke: { all: 2000, batched: 200, oneByOne: 10, probes: 20 },
  laptop: { all: mnistExamples, batched: 2000, oneByOne: 200, probes: 20 },
  paper: { all: mnistExamples, batched: mnistExamples, oneByOne: 1000, probes: 20 },
};

/** Repetitions of the margins, which take a moment only; their median counts. */
const repetitions = 5;

/** Examples of a chunk: the memory of reverse passes is bounded by it. */
const chunkSize = 250;

/** The ways whose cost is compared, by the name of their number. */
export type Method = 'margins' | 'exact' | 'hutchinson' | 'oneByOne';

/** Row M-cost: wall time of margins and of Hessian traces for each example. */
export const costOfTraces: ComputedExperiment = {
  kind: 'computed',
  id: 'M-cost',
  title: 'What margins and Hessian traces cost',
  description:
    'Times the margins of the training examples of MNIST in LeNet, their exact Hessian traces, Hutchinson’s estimates of whole ' +
    'chunks, and Hutchinson’s estimates of one example at a time. It reads the clock: its numbers differ between machines and ' +
    'between repetitions.',
  differences:
    'The paper timed PyHessian. Estimates one by one are timed on some examples and counted up, with 20 random directions ' +
    'each; where PyHessian’s rule stopped, the paper does not say. Parameters are the initial ones: they decide no time.',
  rows: ['M-cost'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  version: 1,
  seconds: { smoke: 6, laptop: 60, paper: 300 },
  exclusive: true,
  needs: [],
  trials: (scale) => [{ condition: {}, options: { ...settings[scale] } }],
  async compute(request) {
    const data = await loadMnist(request);
    const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: request.threads }));
    try {
      return { numbers: await timeMethods(request, data, runtime), arrays: {} };
    } finally {
      await runtime.close();
    }
  },
};

const modelSpecification = { name: 'lenet', normaliseFeatures: false } as const;

function loadMnist(request: ComputationRequest): Promise<DataSet> {
  const input = {
    data: { name: 'mnist', examples: numberOption(request, 'all'), testExamples: 1 },
    model: modelSpecification,
    optimizer: { name: 'sgd' },
    duration: '1 epoch',
  };
  const { data } = parseSpecification(input, 'M-cost');
  const { seed, dataDirectory } = request;
  return loadDataSet(data, { seed, ...(dataDirectory !== undefined && { dataDirectory }) });
}

/** Seconds for each example, compiling left out. */
async function timeMethods(
  request: ComputationRequest,
  data: DataSet,
  runtime: Runtime,
): Promise<Record<Method, number>> {
  const option = (name: keyof CostSetting): number => numberOption(request, name);
  const network = (count: number, chunk = chunkSize) => networkOf(request, data, runtime, count, chunk);
  const options = { probes: option('probes'), seed: request.seed };
  const all = network(option('all'));
  const evaluator = await ExampleEvaluator.create(all);
  const times: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++)
    times.push(await secondsEach(all, () => evaluator.evaluate()));
  await evaluator.release();
  request.onProgress(0.1);
  const exact = await timeMeter(all, createExactTraces);
  request.onProgress(0.4);
  const hutchinson = await timeMeter(network(option('batched')), (given) => createTraceEstimates(given, options));
  request.onProgress(0.7);
  const single = network(option('oneByOne'), 1);
  const oneByOne = await timeMeter(single, (given) => createTraceEstimatesOneByOne(given, options));
  return { margins: quantiles(times, [0.5])[0]!, exact, hutchinson, oneByOne };
}

interface Meter {
  at(network: MeasuredNetwork): Promise<unknown>;
  release(): Promise<void>;
}

async function timeMeter(
  network: MeasuredNetwork,
  create: (network: MeasuredNetwork) => Promise<Meter>,
): Promise<number> {
  const meter = await create(network);
  try {
    return await secondsEach(network, () => meter.at(network));
  } finally {
    await meter.release();
  }
}

async function secondsEach({ examples }: MeasuredNetwork, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000 / examples.count;
}

function networkOf(
  { seed }: ComputationRequest,
  data: DataSet,
  runtime: Runtime,
  count: number,
  chunk: number,
): MeasuredNetwork {
  const model = modelFor(modelSpecification, data.inputShape, data.classes);
  return {
    runtime,
    objective: { model, loss: lossFor({ name: 'cross-entropy', temperature: 1 }) },
    examples: new ChunkedExamples(evaluationSubset(data.train, count, seed), data.inputShape, chunk, runtime.backend),
    mode: 'evaluate',
    parameters: initialParameters(model, seed),
    buffers: initialBuffers(model),
  };
}
