import { randomStream, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { createModel, crossEntropy, initialParameters, mlp } from '../../src/nn/index.ts';
import { createRuntime, type AnyTensor, type Runtime } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { ChunkedExamples, type Chunk, type Examples, type Objective } from '../../src/train/index.ts';

type Parameters = Readonly<Record<string, ArrayLike<number>>>;

/** A small fully connected network for flat examples, with cross-entropy. */
export const smallObjective = (inputs = 6, hidden: readonly number[] = [5, 4], classes = 3): Objective => ({
  model: createModel('small', [inputs], mlp(hidden, classes)),
  loss: crossEntropy,
});

/** Examples with normal inputs and random labels. */
export function randomExamples(count: number, { model }: Objective, seed = 1): Examples {
  const stream = randomStream(seed, 'examples');
  const inputs = Float32Array.from({ length: count * model.inputShape[0]! }, () => stream.normal());
  return { inputs, labels: Array.from({ length: count }, () => stream.integer(model.classes)), count };
}

/** A runtime on the CPU with one thread. */
export const cpuRuntime = async (): Promise<Runtime> =>
  createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));

/** Examples as chunks on the device. */
export const chunked = (
  examples: Examples,
  size: number,
  { model }: Objective,
  { backend }: Runtime,
): ChunkedExamples => new ChunkedExamples(examples, model.inputShape, size, backend);

/** All examples as one batch. */
export const asBatch = (examples: Examples, { model }: Objective): Chunk => ({
  size: examples.count,
  x: { dtype: 'float32', shape: [examples.count, ...model.inputShape], data: examples.inputs },
  labels: {
    dtype: 'int64',
    shape: [examples.count],
    data: BigInt64Array.from({ length: examples.count }, (_, index) => BigInt(examples.labels[index]!)),
  },
});

/** Initial parameters with biases away from 0, so that they matter. */
export function startingPoint({ model }: Objective, seed = 1): Record<string, HostTensor<'float32'>> {
  const initial = initialParameters(model, seed);
  for (const [name, tensor] of Object.entries(initial)) {
    const stream = randomStream(seed, 'bias', name);
    if (name.endsWith('bias')) tensor.data.forEach((_, index) => (tensor.data[index] = 0.1 * stream.normal()));
  }
  return initial;
}

/** Elements of named tensors of the host as float64. */
export const numbers = (tensors: Readonly<Record<string, HostTensor>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toFloat64(tensor)]));

/** Elements of named tensors of the device as float64. */
export async function readNumbers(tensors: Readonly<Record<string, AnyTensor>>): Promise<Record<string, Float64Array>> {
  const result: Record<string, Float64Array> = {};
  for (const [name, tensor] of Object.entries(tensors))
    result[name] = toFloat64('data' in tensor ? tensor : await tensor.read());
  return result;
}

/** The elements of all tensors one after the other. */
export const flat = (tensors: Parameters): Float64Array =>
  Float64Array.from(Object.values(tensors).flatMap((values) => Array.from(values)));

/** What {@link plainLosses} says of each example. */
interface Forward {
  /** Values in front of each layer: the input, then what each rectifier let through. */
  readonly activations: Float64Array[];
  readonly probabilities: Float64Array;
  readonly loss: number;
  readonly correct: boolean;
}

const layerNames = (parameters: Parameters): string[] =>
  Object.keys(parameters)
    .filter((name) => name.endsWith('.weight'))
    .map((name) => name.slice(0, -'.weight'.length));

/** One example through a ReLU network with softmax cross-entropy, in plain float64 loops. */
function forward(parameters: Parameters, x: Float64Array, label: number): Forward {
  const layers = layerNames(parameters);
  const activations = [x];
  let scores = x;
  layers.forEach((layer, depth) => {
    const [weight, bias] = [parameters[`${layer}.weight`]!, parameters[`${layer}.bias`]!];
    const below = activations.at(-1)!;
    scores = Float64Array.from({ length: bias.length }, (_, unit) => {
      let value = bias[unit]!;
      for (let input = 0; input < below.length; input++) value += weight[unit * below.length + input]! * below[input]!;
      return value;
    });
    if (depth < layers.length - 1) activations.push(scores.map((value) => Math.max(0, value)));
  });
  const top = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - top));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return {
    activations,
    probabilities: exponentials.map((value) => value / total),
    loss: Math.log(total) + top - scores[label]!,
    correct: scores.every((score, other) => other === label || score < scores[label]!),
  };
}

const exampleOf = ({ inputs, count }: Examples, index: number): Float64Array => {
  const size = inputs.length / count;
  return Float64Array.from(inputs.subarray(index * size, (index + 1) * size));
};

/** Loss of every example and whether it is classified correctly, by plain loops. */
export const plainLosses = (parameters: Parameters, examples: Examples): { loss: number; correct: boolean }[] =>
  Array.from({ length: examples.count }, (_, index) =>
    forward(parameters, exampleOf(examples, index), examples.labels[index]!),
  );

/** Mean loss and its gradient by back-propagation in plain loops: nothing of it is Thalweg's. */
export function plainGradient(
  parameters: Parameters,
  examples: Examples,
): { loss: number; gradient: Record<string, Float64Array> } {
  const gradient = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, new Float64Array(values.length)]),
  );
  let total = 0;
  for (let index = 0; index < examples.count; index++) {
    const { activations, probabilities, loss } = forward(
      parameters,
      exampleOf(examples, index),
      examples.labels[index]!,
    );
    total += loss / examples.count;
    let delta = probabilities.map((p, unit) => (p - (unit === examples.labels[index] ? 1 : 0)) / examples.count);
    for (const layer of layerNames(parameters).reverse()) {
      const [weight, below] = [parameters[`${layer}.weight`]!, activations.pop()!];
      const above = new Float64Array(below.length);
      delta.forEach((slope, unit) => {
        gradient[`${layer}.bias`]![unit]! += slope;
        below.forEach((value, input) => {
          gradient[`${layer}.weight`]![unit * below.length + input]! += slope * value;
          above[input]! += slope * weight[unit * below.length + input]!;
        });
      });
      delta = above.map((slope, input) => (below[input]! > 0 ? slope : 0));
    }
  }
  return { loss: total, gradient };
}
