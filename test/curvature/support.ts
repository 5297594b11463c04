import { grad, simplify } from '../../src/autodiff/index.ts';
import { allocate, hostTensor, randomStream, sizeOf, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { parameterLayout, type MeasuredNetwork } from '../../src/curvature/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import type { Vector } from '../../src/linop/index.ts';
import {
  activation,
  averagePool,
  batchNorm,
  conv2d,
  createModel,
  crossEntropy,
  dense,
  flatten,
  gcdf,
  hinge,
  initialBuffers,
  initialParameters,
  kullbackLeibler,
  l2Penalty,
  logLoss,
  logLossGradientNorm,
  maxPool,
  mlp,
  residual,
  sequential,
  squaredError,
  temperedCrossEntropy,
  type LayerDescription,
  type Model,
} from '../../src/nn/index.ts';
import { input, interpret, mean } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples, exampleLosses, type Examples, type Objective } from '../../src/train/index.ts';

/** Examples with normal inputs and random labels, for inputs of any shape. */
export function examplesFor({ inputShape, classes }: Model, count: number, seed = 1): Examples {
  const stream = randomStream(seed, 'examples');
  const inputs = Float32Array.from({ length: count * sizeOf(inputShape) }, () => stream.normal());
  return { inputs, labels: Array.from({ length: count }, () => stream.integer(classes)), count };
}

/** A vector of normal numbers. */
export function randomVector(size: number, seed = 1, dtype: 'float32' | 'float64' = 'float32'): Vector {
  const stream = randomStream(seed, 'vector');
  const vector = allocate(dtype, size);
  vector.forEach((_, index) => (vector[index] = stream.normal()));
  return vector;
}

/** Parameters in which nothing is 0 or 1 by initialisation, and running statistics that are no standard ones. */
export function pointOf(model: Model, seed = 1) {
  const moved = (tensors: Record<string, HostTensor<'float32'>>, purpose: string): Record<string, HostTensor> => {
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      const stream = randomStream(seed, purpose, name);
      if (shape.length === 1) data.forEach((value, index) => (data[index] = value + 0.2 * stream.uniform()));
    }
    return tensors;
  };
  return {
    parameters: moved(initialParameters(model, seed), 'parameters'),
    buffers: moved(initialBuffers(model), 'buffers'),
  };
}

/** A network with its examples still in one piece. */
export interface Case {
  readonly objective: Objective;
  readonly examples: Examples;
  readonly parameters: Readonly<Record<string, HostTensor>>;
  readonly buffers: Readonly<Record<string, HostTensor>>;
}

export const caseOf = (objective: Objective, count = 7, seed = 1): Case => ({
  objective,
  examples: examplesFor(objective.model, count, seed),
  ...pointOf(objective.model, seed),
});

/** The network of a case, with its examples in chunks of `size`. */
export const measured = (
  runtime: Runtime,
  { objective, examples, parameters, buffers }: Case,
  size = 3,
  options: Partial<Pick<MeasuredNetwork, 'mode' | 'dtype'>> = {},
): MeasuredNetwork => ({
  runtime,
  objective,
  examples: new ChunkedExamples(examples, objective.model.inputShape, size, runtime.backend),
  mode: 'evaluate',
  parameters,
  buffers,
  ...options,
});

const withLayers = (name: string, shape: readonly number[], ...layers: readonly LayerDescription[]): Model =>
  createModel(name, shape, sequential(...layers));

export const models = {
  relu: createModel('relu', [4], mlp([5, 4], 3)),
  tanh: createModel('tanh', [4], mlp([5], 3, 'tanh')),
  gelu: createModel('gelu', [4], mlp([5], 3, 'gelu')),
  convolution: withLayers(
    'convolution',
    [1, 6, 6],
    conv2d(3, 3, { padding: 1 }),
    activation('relu'),
    maxPool(2),
    conv2d(2, 2),
    activation('tanh'),
    averagePool(2),
    flatten(),
    dense(3),
  ),
  batchNorm: withLayers(
    'batch-norm',
    [1, 5, 5],
    conv2d(2, 3, { stride: 2, bias: false }),
    batchNorm(),
    activation('relu'),
    flatten(),
    dense(3, { bias: false }),
    batchNorm(),
    activation('tanh'),
    dense(3),
  ),
  residual: withLayers(
    'residual',
    [4],
    dense(5),
    residual(sequential(dense(5), activation('tanh'), dense(5)), { after: activation('relu') }),
    dense(3),
  ),
  normalised: createModel('normalised', [4], mlp([5], 3, 'tanh'), { normaliseFeatures: true }),
} as const satisfies Record<string, Model>;

const { tanh } = models;

/** One network of each kind, and one objective of each kind. */
export const objectives: Readonly<Record<string, Objective>> = {
  ...Object.fromEntries(Object.entries(models).map(([name, model]) => [name, { model, loss: crossEntropy }])),
  'L2 penalty': { model: tanh, loss: crossEntropy, penalty: (p) => l2Penalty(p, { strength: 0.3, biases: true }) },
  'L2 penalty of weights': {
    model: tanh,
    loss: crossEntropy,
    penalty: (p) => l2Penalty(p, { strength: 0.3, biases: false }),
  },
  'tempered cross-entropy': { model: tanh, loss: temperedCrossEntropy(4) },
  Gcdf: { model: tanh, loss: (scores, labels) => gcdf(1)(scores, labels) },
  hinge: { model: tanh, loss: hinge(1) },
  'squared error': { model: tanh, loss: squaredError('sum') },
  'Kullback–Leibler': { model: tanh, loss: kullbackLeibler },
  'log loss': { model: tanh, loss: logLoss },
  'norm of the log loss’s gradient': { model: tanh, loss: logLossGradientNorm },
};

/** Elements of all parameters one after the other, in float64. */
export const flatParameters = ({ objective: { model }, parameters }: Case): Float64Array<ArrayBuffer> =>
  Float64Array.from(model.parameters.flatMap(({ name }) => Array.from(toFloat64(parameters[name]!))));

/**
 * A function of a network in float64 by the reference interpreter: `build` makes tensors of symbolic parameters and a chunk
 * of examples, and what is returned gives their values at any parameters. Nothing of `src/curvature` or the runtime is in it.
 */
export function interpreted(
  { objective: { model }, examples, buffers }: Case,
  indices: readonly number[],
  build: (
    network: { parameters: Record<string, Tensor>; buffers: Record<string, Tensor> },
    x: Tensor,
    labels: Tensor,
  ) => Tensor[],
): (theta: Float64Array<ArrayBuffer>) => Float64Array {
  const layout = parameterLayout(model);
  const placeholders = (declared: readonly { name: string; shape: readonly number[] }[]): Record<string, Tensor> =>
    Object.fromEntries(declared.map(({ name, shape }) => [name, input(name, { dtype: 'float64', shape })]));
  const width = sizeOf(model.inputShape);
  const x = hostTensor(
    'float64',
    [indices.length, ...model.inputShape],
    indices.flatMap((index) => Array.from(examples.inputs.subarray(index * width, (index + 1) * width))),
  );
  const labels = hostTensor(
    'int64',
    [indices.length],
    indices.map((index) => examples.labels[index]!),
  );
  const network = { parameters: placeholders(model.parameters), buffers: placeholders(model.buffers) };
  const built = build(network, input('x', { dtype: 'float64', shape: x.shape }), input('labels', labels));
  const outputs = Object.fromEntries(built.map((tensor, index) => [String(index), tensor]));
  const simple = Object.values(simplify({ inputs: {}, outputs }).outputs);
  return (theta) => {
    const values = interpret(simple, { ...layout.unflatten(theta), ...buffers, x, labels });
    return Float64Array.from(values.flatMap(({ data }) => Array.from(data)));
  };
}

/** All indices of a set, in chunks of `size`. */
export const chunksOf = (count: number, size: number): number[][] =>
  Array.from({ length: Math.ceil(count / size) }, (_, chunk) =>
    Array.from({ length: Math.min(size, count - chunk * size) }, (__, index) => chunk * size + index),
  );

const weightedSum = (parts: readonly (readonly [weight: number, values: Float64Array])[]): Float64Array =>
  parts[0]![1].map((_, at) => parts.reduce((sum, [weight, values]) => sum + weight * values[at]!, 0));

/** The gradient of the mean loss of the examples `indices`, taken as one batch, as a function of θ; float64. */
export const gradientFunction = (given: Case, indices: readonly number[], mode: 'train' | 'evaluate' = 'evaluate') =>
  interpreted(given, indices, ({ parameters, buffers }, x, labels) =>
    Object.values(
      grad((theta: Record<string, Tensor>) =>
        mean(exampleLosses(given.objective, { parameters: theta, buffers }, x, labels, mode).losses),
      )(parameters),
    ),
  );

/** The gradient of the mean loss over chunks, each of its own batch statistics in train mode. */
export function chunkedGradient(given: Case, size: number, mode: 'train' | 'evaluate') {
  const { count } = given.examples;
  const parts = chunksOf(count, size).map(
    (indices) => [indices.length / count, gradientFunction(given, indices, mode)] as const,
  );
  return (theta: Float64Array<ArrayBuffer>): Float64Array =>
    weightedSum(parts.map(([weight, gradient]) => [weight, gradient(theta)] as const));
}

/** Rows ∂f/∂θ_j by central differences: `[j][output]`. */
export function differences(
  f: (theta: Float64Array<ArrayBuffer>) => Float64Array,
  theta: Float64Array<ArrayBuffer>,
  step = 1e-5,
): Float64Array[] {
  return Array.from(theta, (value, at) => {
    const ahead = f(theta.with(at, value + step));
    const behind = f(theta.with(at, value - step));
    return ahead.map((high, output) => (high - behind[output]!) / (2 * step));
  });
}

/** The Hessian by central differences of gradients that are reverse mode in float64: rows. */
export const differenceHessian = (given: Case, size: number, mode: 'train' | 'evaluate' = 'evaluate'): Float64Array[] =>
  differences(chunkedGradient(given, size, mode), flatParameters(given));

/** `A·v` of a matrix of rows. */
export const times = (rows: readonly ArrayLike<number>[], v: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (row) => {
    let total = 0;
    for (let index = 0; index < v.length; index++) total += row[index]! * v[index]!;
    return total;
  });
