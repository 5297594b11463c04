import { specificationSchema } from '../../src/contract/index.ts';
import type { SpecificationInput } from '../../src/contract/index.ts';
import { executeRun } from '../../src/run/index.ts';

/** A run of some seconds that records with every probe, and keeps its checkpoints. */
const everyProbe: SpecificationInput = {
  name: 'every probe',
  data: { name: 'mnist-1d', examples: 300, testExamples: 60, validation: 40 },
  model: { name: 'mlp', hidden: [12] },
  optimizer: { name: 'sgd', learningRate: 0.2, batchSize: 50 },
  duration: '4 epochs',
  checkpoints: { every: '5 iterations', keep: 8 },
  probes: [
    { kind: 'interpolation', points: 5, examples: 150 },
    { kind: 'gradient-cosine' },
    { kind: 'distance' },
    { kind: 'alpha', every: '1 iteration' },
    { kind: 'update-size', every: '2 iterations' },
    { kind: 'hessian-spectrum', every: '5 iterations', examples: 80, k: 3 },
    { kind: 'margins', every: '5 iterations', examples: 100, bins: 20 },
    {
      kind: 'alternative-losses',
      every: '2 iterations',
      examples: 100,
      sigmas: [0.5, 2],
      temperatures: [1, 4],
      margins: [1],
    },
    { kind: 'hessian-trace', every: '5 iterations', examples: 80 },
    { kind: 'per-example-hessian-trace', every: '10 iterations', examples: 80 },
    { kind: 'hessian-density', every: '5 iterations', examples: 60, probes: 2, steps: 12 },
    { kind: 'sam-sharpness', every: '5 iterations', examples: 80 },
    { kind: 'box-sharpness', every: '10 iterations', examples: 60, iterations: 2 },
    { kind: 'g-bound', every: '10 iterations', examples: 60, draws: 5 },
    { kind: 'gradient-noise', every: '5 iterations', examples: 80 },
    { kind: 'covariance-alignment', every: '10 iterations', examples: 60, k: 2, probes: 4 },
    { kind: 'gradient-tests', every: '1 iteration' },
    { kind: 'tic', every: '2 iterations' },
    { kind: 'gradient-histogram', every: '5 iterations', bins: 20 },
  ],
  threads: 1,
  seed: 1,
};

/** A run that only trains: no probe looks at it. */
const noProbe: SpecificationInput = {
  ...everyProbe,
  name: 'no probe',
  optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 60 },
  duration: '1 epoch',
  probes: [],
};

const train = async (specification: SpecificationInput, runsDirectory: string, id: string, dataDirectory?: string) =>
  executeRun(
    {
      specification: specificationSchema.parse(specification),
      runsDirectory,
      id,
      ...(dataDirectory !== undefined && { dataDirectory }),
    },
    { onMessage: () => undefined, signal: new AbortController().signal },
  );

export const trainWithEveryProbe = (runsDirectory: string, id = 'measured') => train(everyProbe, runsDirectory, id);
export const trainWithoutProbes = (runsDirectory: string, id = 'plain') => train(noProbe, runsDirectory, id);

/** A run on images. */
export const trainOnImages = (runsDirectory: string, dataDirectory: string, id = 'images') =>
  train(
    {
      ...noProbe,
      name: 'images',
      data: { name: 'mnist', examples: 400, testExamples: 50 },
      model: { name: 'mlp', hidden: [8] },
    },
    runsDirectory,
    id,
    dataDirectory,
  );
