import { hostTensor } from '../../../src/base/index.ts';
import { float, int, ints, string, type OnnxModel } from '../../../src/graph/index.ts';

/** A model that has one of everything that `OnnxModel` can express. It need not make sense to a runtime. */
export const sample: OnnxModel = {
  opset: 18,
  domains: { 'com.microsoft': 1 },
  inputs: [
    { name: 'images', dtype: 'float32', shape: [2, 3, 4] },
    { name: 'labels', dtype: 'int64', shape: [2] },
  ],
  outputs: [
    { name: 'loss', dtype: 'float64', shape: [] },
    { name: 'right', dtype: 'bool', shape: [2] },
  ],
  initializers: {
    weight: hostTensor('float32', [2, 2], [1.5, -0, Number.NaN, Infinity]),
    precise: hostTensor('float64', [3], [1 / 3, 5e-324, -1e300]),
    shape: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
    mask: hostTensor('bool', [3], [1, 0, 1]),
    empty: hostTensor('float32', [0, 5], []),
    scalar: hostTensor('float32', [], [7]),
    'größe·重み': hostTensor('float32', [1], [1]),
    __proto__name: hostTensor('float32', [1], [2]),
  },
  nodes: [
    {
      name: 'clip',
      operator: 'Clip',
      domain: '',
      inputs: ['images', '', 'scalar'],
      outputs: ['clipped', 'extra'],
      attributes: {
        axis: int(-1),
        kernel: ints([3, 3, -2]),
        alpha: float(0.5),
        scales: { type: 'floats', value: [1, 0.25] },
        mode: string('größer'),
        value: { type: 'tensor', value: hostTensor('float32', [2], [1, 2]) },
      },
    },
    {
      name: 'fused',
      operator: 'Gelu',
      domain: 'com.microsoft',
      inputs: ['clipped'],
      outputs: ['loss'],
      attributes: {},
    },
  ],
};
