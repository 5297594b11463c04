import { describe, expect, it } from 'vitest';
import { perExampleGradients, pullback, requirePiecewiseLinear, squaredNorms } from '../../src/autodiff/index.ts';
import { hostTensor, randomStream, sizeOf, type HostTensor, type Shape } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { expectClose, inner } from '../support/close.ts';

/** A function of rows of examples and of parameters that all examples share. */
interface Case {
  readonly rows: Shape;
  readonly parameters: Readonly<Record<string, Shape>>;
  readonly build: (x: Tensor, parameters: Record<string, Tensor>) => Tensor;
}

const cases: Record<string, Case> = {
  'a kernel for each channel': {
    rows: [3, 5, 4],
    parameters: { w: [3, 1, 3, 3], b: [3] },
    build: (x, { w, b }) => ops.conv2d(x, w!, b, { group: 3, pads: [1, 1, 1, 1] }),
  },
  'groups with strides and dilation': {
    rows: [4, 6, 5],
    parameters: { w: [6, 2, 2, 3] },
    build: (x, { w }) =>
      ops.conv2d(x, w!, undefined, { group: 2, strides: [2, 1], dilations: [1, 2], pads: [0, 2, 1, 1] }),
  },
  'a transposed convolution': {
    rows: [2, 3, 3],
    parameters: { w: [2, 3, 3, 2], b: [3] },
    build: (x, { w, b }) =>
      ops.convTranspose2d(x, w!, b, { strides: [2, 2], pads: [1, 0, 0, 1], outputPadding: [1, 0] }),
  },
  'a transposed convolution in groups': {
    rows: [4, 2, 3],
    parameters: { w: [4, 2, 2, 2] },
    build: (x, { w }) => ops.convTranspose2d(x, w!, undefined, { group: 2, strides: [1, 2] }),
  },
  'a convolution along one axis': {
    rows: [2, 6],
    parameters: { w: [3, 2, 3], b: [3] },
    build: (x, { w, b }) => ops.conv1d(x, w!, b, { stride: 2, pads: [1, 1] }),
  },
  'group normalisation': {
    rows: [4, 2, 3],
    parameters: { w: [4], b: [4] },
    build: (x, { w, b }) => ops.groupNorm(x, 2, w, b),
  },
  'layer normalisation': {
    rows: [3, 4],
    parameters: { w: [4], b: [4] },
    build: (x, { w, b }) => ops.layerNorm(x, w, b),
  },
  'a linear layer at every position': {
    rows: [2, 3, 4],
    parameters: { w: [5, 4], v: [5, 2], b: [2] },
    build: (x, { w, v, b }) => ops.add(ops.matmul(ops.tanh(ops.linear(x, w!)), v!), b!),
  },
  'a table of embeddings': {
    rows: [4],
    parameters: { w: [5, 3] },
    build: (x, { w }) => ops.gather(w!, ops.cast(ops.round(ops.mul(ops.sin(x), 2)), 'int64')),
  },
  'attention of two heads': {
    rows: [3, 4],
    parameters: { w: [4, 12], v: [4, 4] },
    build: (x, { w, v }) => {
      const all = ops.reshape(ops.matmul(x, w!), [...x.shape.slice(0, 2), 3, 2, 2]);
      const [q, k, u] = ops.split(all, [1, 1, 1], 2).map((part) => {
        return ops.transpose(ops.reshape(part, [...x.shape.slice(0, 2), 2, 2]), [0, 2, 1, 3]);
      }) as [Tensor, Tensor, Tensor];
      const mixed = ops.matmul(ops.softmax(ops.matmul(q, k, { transB: true })), u);
      return ops.matmul(ops.reshape(ops.transpose(mixed, [0, 2, 1, 3]), x.shape), v!);
    },
  },
  'a slope for each channel': {
    rows: [3, 4],
    parameters: { w: [3, 1] },
    build: (x, { w }) => ops.prelu(x, w!),
  },
  'pools between convolutions': {
    rows: [2, 7, 7],
    parameters: { w: [2, 1, 3, 3], v: [3, 2, 1, 1] },
    build: (x, { w, v }) => {
      const first = ops.maxPool2d(ops.conv2d(x, w!, undefined, { group: 2 }), {
        kernel: [2, 2],
        dilations: [2, 1],
        ceilMode: true,
      });
      const pooled = ops.averagePool2d(first, { kernel: [2, 2], strides: [1, 2], pads: [1, 0, 0, 1], ceilMode: true });
      return ops.globalAveragePool(ops.clip(ops.conv2d(pooled, v!), -0.5, 0.5));
    },
  },
};

const examples = 3;
const stream = randomStream(7, 'per-example-operators');
const random = (shape: Shape): HostTensor =>
  hostTensor(
    'float64',
    shape,
    Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
  );

/** Squared sines of what was built: every element matters, none alike. */
const scores = (y: Tensor): Tensor =>
  ops.sum(ops.square(ops.sin(ops.add(y, 0.5))), { axes: y.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis])) });

describe('gradients of single examples are those of batches of one, with', () => {
  it.each(Object.entries(cases))('%s', (_, { rows, parameters, build }) => {
    const float = (name: string, shape: Shape): Tensor => ops.input(name, { dtype: 'float64', shape });
    const theta = Object.fromEntries(Object.entries(parameters).map(([name, shape]) => [name, float(name, shape)]));
    const point = Object.fromEntries(Object.entries(parameters).map(([name, shape]) => [name, random(shape)]));
    const all = random([examples, ...rows]);
    const x = float('x', [examples, ...rows]);
    const output = scores(build(x, theta));
    const each = perExampleGradients(output, theta, [x])(ops.onesLike(output));
    const one = float('x', [1, ...rows]);
    const single = scores(build(one, theta));
    const gradients = pullback([single], [ops.onesLike(single)], Object.values(theta));
    const size = sizeOf(rows);
    const loop = Array.from({ length: examples }, (__, index) =>
      ops.interpret(gradients, {
        ...point,
        x: { ...all, shape: [1, ...rows], data: all.data.slice(index * size, (index + 1) * size) } as HostTensor,
      }),
    );
    Object.keys(parameters).forEach((name, which) => {
      const expected = loop.map((parts) => parts[which]!.data);
      const own = each[name]!;
      const found = ops.interpret([own.explicit(), own.secondMoments(), squaredNorms(own.each)], { ...point, x: all });
      const tolerance = { relative: 1e-11, absolute: 1e-13 };
      expectClose(
        found[0]!.data,
        expected.flatMap((row) => [...row]),
        tolerance,
        `gradients in ${name}`,
      );
      const squares = expected[0]!.map((__, k) => expected.reduce((sum, row) => sum + row[k]! ** 2, 0));
      expectClose(found[1]!.data, squares, tolerance, `second moments of ${name}`);
      expectClose(
        found[2]!.data,
        expected.map((row) => inner(row, row)),
        tolerance,
        `squared norms in ${name}`,
      );
    });
  });
});

describe('piecewise linearity, which exact traces need,', () => {
  const x = ops.input('x', { dtype: 'float32', shape: [2, 4, 5, 5] });
  const w = ops.input('w', { dtype: 'float32', shape: [4, 1, 3, 3] });
  const slope = ops.input('slope', { dtype: 'float32', shape: [4, 1, 1] });
  const y = ops.conv2d(x, w, undefined, { group: 4 });

  it.each<[string, Tensor]>([
    ['clipping', ops.clip(y, 0, 6)],
    ['a hard sigmoid', ops.hardSigmoid(y)],
    ['slopes that are parameters', ops.prelu(y, slope)],
    ['a threshold', ops.thresholdedRelu(y)],
    ['rounding, whose derivative is zero', ops.mul(y, ops.round(y))],
    [
      'pools of every kind',
      ops.globalMaxPool(
        ops.averagePool2d(ops.maxPool2d(y, { kernel: [2, 2], ceilMode: true }), {
          kernel: [2, 2],
          dilations: [2, 1],
          pads: [1, 1, 1, 1],
        }),
      ),
    ],
    ['running sums, tiles and triangles', ops.triangle(ops.tile(ops.cumulativeSum(y, 1), [1, 2, 1, 1]), 'lower')],
    ['the largest elements', ops.topK(y, 2, { axis: 1 }).values],
    ['einsum with what is fixed', ops.einsum('nchw,nchw->nc', y, ops.slice(ops.slice(x, 2, 0, 3), 3, 0, 3))],
    ['interpolation', ops.interpolate(y, 2, [0, 0.5, 1])],
  ])('holds for %s', (_, output) => {
    expect(() => requirePiecewiseLinear(output, { w, slope })).not.toThrow();
  });

  it.each<[string, Tensor, string]>([
    ['softplus', ops.softplus(y), 'Softplus'],
    ['elu', ops.elu(y), 'Exp'],
    ['a hard swish', ops.hardSwish(y), 'Mul'],
    ['layer normalisation', ops.layerNorm(y), 'Mul'],
    ['the hyperbolic sine', ops.sinh(y), 'Sinh'],
    ['a product over an axis', ops.product(y, { axes: [1] }), 'Mul'],
    ['a norm', ops.norm2(y, { axes: [1] }), 'Mul'],
    ['the same kernel twice', ops.convTranspose2d(y, w, undefined, { group: 4 }), 'ConvInputGradient'],
  ])('does not hold for %s', (_, output, operator) => {
    expect(() => requirePiecewiseLinear(output, { w })).toThrow(`in parameter "w", got ${operator}`);
  });
});
