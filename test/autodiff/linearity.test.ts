import { describe, expect, it } from 'vitest';
import { requirePiecewiseLinear } from '../../src/autodiff/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';

const float = (name: string, ...shape: number[]): Tensor => ops.input(name, { dtype: 'float32', shape });
const [w, v, fixed] = [float('w', 3, 3), float('v', 3, 3), float('fixed', 3, 3)];
const image = (x: Tensor): Tensor => ops.reshape(x, [1, 1, 3, 3]);
const matmul = (a: Tensor, b: Tensor): Tensor => ops.matmul(a, b);
const gemm = (a: Tensor, b: Tensor, c: Tensor): Tensor =>
  ops.apply('Gemm', [a, b, c], { transA: false, transB: false, alpha: 2 });

describe('piecewise linearity in a parameter alone', () => {
  it.each<[string, Tensor]>([
    ['a product of two parameters, each once', matmul(matmul(fixed, w), ops.relu(v))],
    ['Gemm with the parameter in a factor and the addend', gemm(fixed, w, w)],
    [
      'convolution, pooling and padding',
      ops.maxPool2d(ops.pad(ops.conv2d(image(w), image(fixed)), [0, 0, 1, 1], [0, 0, 1, 1]), { kernel: [2, 2] }),
    ],
    ['maxima and absolute values', ops.maximum(ops.abs(w), ops.max(ops.leakyRelu(w), { axes: [0], keep: true }))],
    ['a choice by the sign', ops.where(ops.greater(w, 0), ops.mul(w, 2), ops.neg(w))],
    ['a product with its own sign, which is constant in pieces', ops.mul(w, ops.sign(w))],
    ['division by what is fixed', ops.div(w, ops.exp(fixed))],
    ['rows picked by fixed indices', ops.gather(w, ops.range(2, 'int64'))],
    ['a smooth function of something else', ops.mul(ops.tanh(fixed), w)],
    ['slices, sums and concatenation', ops.concat([ops.slice(w, 0, 0, 2), ops.sum(w, { axes: [0], keep: true })], 0)],
  ])('holds for %s', (_, output) => {
    expect(() => requirePiecewiseLinear(output, { w, v })).not.toThrow();
  });

  it.each<[string, Tensor, string]>([
    ['a square', ops.square(w), 'Mul: float32[3,3] with the parameter in both factors'],
    ['a product with itself', matmul(ops.relu(w), w), 'MatMul: float32[3,3] with the parameter in both factors'],
    ['Gemm of itself', gemm(w, w, fixed), 'Gemm: float32[3,3] with the parameter in both factors'],
    ['division by itself', ops.div(fixed, w), 'Div: float32[3,3] with it in the divisor'],
    ['softmax', ops.softmax(w), 'Softmax: float32[3,3] on the way'],
    ['an exponential behind a sum', ops.exp(ops.sum(w)), 'Exp: float32[] on the way'],
    [
      'batch normalisation in train mode',
      ops.batchNorm(w, float('g', 3), float('b', 3)),
      'BatchNormalizationTraining: float32[3,3]',
    ],
  ])('does not hold for %s', (_, output, operator) => {
    expect(() => requirePiecewiseLinear(output, { w, v })).toThrow(
      `piecewise linear in parameter "w", got ${operator}`,
    );
  });
});
