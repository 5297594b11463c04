import { hostTensor, randomStream, sizeOf, type HostTensor, type Shape } from '../../src/base/index.ts';
import {
  encodeModel,
  float,
  int,
  ints,
  type OnnxAttribute,
  type OnnxDimension,
  type OnnxModel,
  type OnnxNode,
} from '../../src/graph/index.ts';

/** Small ONNX models, made by hand. */

/** A tensor of random numbers, by its name. */
export const weights = (name: string, shape: Shape): HostTensor<'float32'> => {
  const stream = randomStream(1, 'weights', name);
  return hostTensor(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 0.5 * stream.normal()),
  );
};

export const integers = (...values: number[]): HostTensor<'int64'> => hostTensor('int64', [values.length], values);

export const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode => ({ name: `${operator}_${output}`, operator, domain: '', inputs, outputs: [output], attributes });

/** A model with the input `x` and the output `scores`. */
export const modelOf = (
  shape: readonly OnnxDimension[],
  initializers: Readonly<Record<string, HostTensor>>,
  nodes: readonly OnnxNode[],
  opset = 17,
): OnnxModel => ({
  opset,
  domains: {},
  inputs: [{ name: 'x', dtype: 'float32', shape }],
  outputs: [{ name: 'scores', dtype: 'float32', shape: null }],
  initializers,
  nodes,
});

/** Three inputs, four rectified units, two classes. */
export const mlp = (): OnnxModel =>
  modelOf(
    ['batch', 3],
    {
      'fc1.weight': weights('fc1.weight', [4, 3]),
      'fc1.bias': weights('fc1.bias', [4]),
      'fc2.weight': weights('fc2.weight', [2, 4]),
      'fc2.bias': weights('fc2.bias', [2]),
    },
    [
      node('Gemm', ['x', 'fc1.weight', 'fc1.bias'], 'h', { transB: int(1) }),
      node('Relu', ['h'], 'a'),
      node('Gemm', ['a', 'fc2.weight', 'fc2.bias'], 'scores', { transB: int(1) }),
    ],
  );

/** Convolution, batch normalisation, max-pooling, and the shape arithmetic in front of a Reshape that PyTorch writes. */
export const cnn = (): OnnxModel =>
  modelOf(
    ['batch', 2, 6, 6],
    {
      'conv.weight': weights('conv.weight', [3, 2, 3, 3]),
      'bn.weight': weights('bn.weight', [3]),
      'bn.bias': weights('bn.bias', [3]),
      'bn.running_mean': weights('bn.running_mean', [3]),
      'bn.running_var': hostTensor('float32', [3], [1, 2, 0.5]),
      'fc.weight': weights('fc.weight', [27, 2]),
      'fc.bias': weights('fc.bias', [2]),
      zero: integers(0),
      rest: integers(-1),
    },
    [
      node('Conv', ['x', 'conv.weight'], 'c', { pads: ints([1, 1, 1, 1]), kernel_shape: ints([3, 3]) }),
      node('BatchNormalization', ['c', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var'], 'n', {
        epsilon: float(1e-5),
        momentum: float(0.9),
      }),
      node('Relu', ['n'], 'r'),
      node('MaxPool', ['r'], 'p', { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
      node('Shape', ['x'], 'sizes'),
      node('Gather', ['sizes', 'zero'], 'count', { axis: int(0) }),
      node('Concat', ['count', 'rest'], 'target', { axis: int(0) }),
      node('Reshape', ['p', 'target'], 'flat'),
      node('MatMul', ['flat', 'fc.weight'], 'product'),
      node('Add', ['product', 'fc.bias'], 'scores'),
    ],
  );

/** One head of attention over four tokens, normalised by hand, and the mean over the sequence. */
export const attention = (): OnnxModel =>
  modelOf(
    ['batch', 4, 3],
    {
      query: weights('query', [3, 3]),
      key: weights('key', [3, 3]),
      gamma: weights('gamma', [3]),
      beta: weights('beta', [3]),
      scale: hostTensor('float32', [], [0.5]),
      head: weights('head', [3, 2]),
      starts: integers(0),
      ends: integers(9),
      axes: integers(1),
    },
    [
      node('LayerNormalization', ['x', 'gamma', 'beta'], 'n', { axis: int(-1) }),
      node('MatMul', ['n', 'query'], 'q'),
      node('MatMul', ['n', 'key'], 'k'),
      node('Transpose', ['k'], 'kt', { perm: ints([0, 2, 1]) }),
      node('MatMul', ['q', 'kt'], 'qk'),
      node('Mul', ['qk', 'scale'], 'scaled'),
      node('Softmax', ['scaled'], 'weights', { axis: int(-1) }),
      node('MatMul', ['weights', 'n'], 'y'),
      node('Slice', ['y', 'starts', 'ends', 'axes'], 's'),
      node('ReduceMean', ['s'], 'mean', { axes: ints([1]), keepdims: int(0) }),
      node('MatMul', ['mean', 'head'], 'scores'),
    ],
  );

export const bytesOf = (model: OnnxModel): Uint8Array => encodeModel(model);
