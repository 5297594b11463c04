import { hostTensor, randomStream, sizeOf, type HostTensor, type RandomStream } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import {
  activation,
  averagePool,
  batchNorm,
  conv2d,
  createModel,
  dense,
  flatten,
  globalAveragePool,
  maxPool,
  residual,
  sequential,
  type LayerDescription,
  type Model,
} from '../../src/nn/index.ts';
import { input } from '../../src/ops/index.ts';

/** A network with everything that it is evaluated on, of one floating-point type. */
export interface Sample {
  readonly model: Model;
  readonly parameters: Readonly<Record<string, HostTensor>>;
  readonly buffers: Readonly<Record<string, HostTensor>>;
  readonly x: HostTensor;
  readonly labels: HostTensor;
}

type Kind = readonly [inputShape: readonly number[], layers: (classes: number) => LayerDescription];

/** Networks of every kind whose scores are piecewise linear in each parameter. */
export const kinds = {
  affine: [[3], (classes) => dense(classes)],
  perceptron: [
    [4],
    (classes) => sequential(dense(3), activation('relu'), dense(3), activation('relu'), dense(classes)),
  ],
  leaky: [
    [2, 2],
    (classes) => sequential(flatten(), dense(3), activation('leaky-relu'), dense(classes, { bias: false })),
  ],
  convolution: [
    [2, 5, 4],
    (classes) => sequential(conv2d(2, 3, { padding: 1, stride: 2 }), activation('relu'), flatten(), dense(classes)),
  ],
  pooled: [
    [1, 6, 6],
    (classes) =>
      sequential(conv2d(3, 3), activation('relu'), maxPool(2), conv2d(2, 2), averagePool(1), flatten(), dense(classes)),
  ],
  residual: [
    [2, 3, 3],
    (classes) =>
      sequential(
        residual(sequential(conv2d(2, 3, { padding: 1, bias: false }), batchNorm(), activation('relu'), conv2d(2, 1)), {
          after: activation('relu'),
        }),
        globalAveragePool(),
        dense(classes),
      ),
  ],
  // So many channels on so few positions that Gram matrices of positions are the cheaper way.
  wide: [[5, 1, 2], (classes) => sequential(conv2d(6, 1), activation('relu'), globalAveragePool(), dense(classes))],
  normalised: [
    [3],
    (classes) => sequential(dense(4, { bias: false }), batchNorm(), activation('relu'), dense(classes)),
  ],
} as const satisfies Record<string, Kind>;

export type NetworkKind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as NetworkKind[];

/** A network of some kind with random parameters, running statistics and examples, away from its kinks in all likelihood. */
export function sample(
  kind: NetworkKind,
  seed: number,
  count: number,
  classes: number,
  dtype: 'float32' | 'float64',
): Sample {
  const [inputShape, layers] = kinds[kind] as Kind;
  return sampleOf(createModel(kind, inputShape, layers(classes)), seed, count, dtype);
}

/** Random values for all tensors of a model. */
export function sampleOf(model: Model, seed: number, count: number, dtype: 'float32' | 'float64'): Sample {
  const stream = randomStream(seed, 'sample', model.name);
  const labels = Array.from({ length: count }, () => stream.integer(model.classes));
  const named = (tensors: readonly { readonly name: string; readonly shape: readonly number[] }[], least: number) =>
    Object.fromEntries(tensors.map(({ name, shape }) => [name, draw(stream, shape, dtype, least)]));
  return {
    model,
    parameters: named(model.parameters, -Infinity),
    // Variances are positive; running means may be as well.
    buffers: named(model.buffers, 0.2),
    x: draw(stream, [count, ...model.inputShape], dtype, -Infinity),
    labels: hostTensor('int64', [count], labels),
  };
}

function draw(stream: RandomStream, shape: readonly number[], dtype: 'float32' | 'float64', least: number): HostTensor {
  const values = Float32Array.from({ length: sizeOf(shape) }, () => Math.max(least, 0.7 * stream.normal()));
  return hostTensor(dtype, shape, dtype === 'float32' ? values : Float64Array.from(values));
}

/** Placeholders of the types of host tensors. */
export const placeholders = (tensors: Readonly<Record<string, HostTensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, input(name, tensor)]));

/** Row i of every example tensor, as a batch of one. */
export function single({ x, labels, ...rest }: Sample, index: number): Sample {
  const row = (tensor: HostTensor): HostTensor => {
    const size = sizeOf(tensor.shape.slice(1));
    const data = tensor.data.slice(index * size, (index + 1) * size);
    return { ...tensor, shape: [1, ...tensor.shape.slice(1)], data };
  };
  return { ...rest, x: row(x), labels: row(labels) };
}
