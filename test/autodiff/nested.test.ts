import { describe, expect, it } from 'vitest';
import { grad, jvp, simplify, vjp } from '../../src/autodiff/index.ts';
import { hostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';

type Function = (x: Tensor) => Tensor;

const points = [0.3, 0.9, 1.7];
const x = ops.input('x', { dtype: 'float64', shape: [3] });
const at = { x: hostTensor('float64', [3], points) };

const valuesOf = (tensor: Tensor): number[] => {
  const simple = simplify({ inputs: { x }, outputs: { y: tensor } }).outputs['y']!;
  return Array.from(ops.interpret([simple], at)[0]!.data);
};

/** `f′` of a function of each element, by reverse and by forward mode. */
const reverse = (f: Function): Function => grad((v: Tensor) => ops.sum(f(v)));
const forward =
  (f: Function): Function =>
  (v) =>
    jvp(f, v, ops.onesLike(v)).tangent;

const { exp, log, sin, cos, tanh, sqrt, PI } = Math;
const sigmoid = (v: number): number => 1 / (1 + exp(-v));
const density = (v: number): number => exp(-(v ** 2) / 2) / sqrt(2 * PI);

/** A function and its third derivative in closed form. */
const functions: readonly (readonly [name: string, f: Function, third: (v: number) => number])[] = [
  ['exp x', ops.exp, exp],
  ['log x', ops.log, (v) => 2 / v ** 3],
  ['√x', ops.sqrt, (v) => (3 / 8) * v ** -2.5],
  ['1/x', ops.reciprocal, (v) => -6 / v ** 4],
  ['sin x', ops.sin, (v) => -cos(v)],
  ['cos x', ops.cos, sin],
  ['tanh x', ops.tanh, (v) => -2 * (1 - tanh(v) ** 2) * (1 - 3 * tanh(v) ** 2)],
  ['σ(x)', ops.sigmoid, (v) => sigmoid(v) * (1 - sigmoid(v)) * (1 - 6 * sigmoid(v) + 6 * sigmoid(v) ** 2)],
  ['erf x', ops.erf, (v) => (2 / sqrt(PI)) * (4 * v ** 2 - 2) * exp(-(v ** 2))],
  ['gelu x', ops.gelu, (v) => (v ** 3 - 4 * v) * density(v)],
  ['x^2.5', (v) => ops.pow(v, 2.5), (v) => 2.5 * 1.5 * 0.5 * v ** -0.5],
  ['x^x', (v) => ops.pow(v, v), (v) => v ** v * ((log(v) + 1) ** 3 + (3 * (log(v) + 1)) / v - 1 / v ** 2)],
  [
    'sin x / x',
    (v) => ops.div(ops.sin(v), v),
    (v) => (-cos(v) * v ** 3 + 3 * sin(v) * v ** 2 + 6 * cos(v) * v - 6 * sin(v)) / v ** 4,
  ],
];

describe.each(functions)('the third derivative of %s', (_, f, third) => {
  const expected = points.map(third);

  it.each([
    ['three gradients', reverse(reverse(reverse(f)))],
    ['three forward derivatives', forward(forward(forward(f)))],
    ['forward over reverse over forward', forward(reverse(forward(f)))],
    ['reverse over forward over reverse', reverse(forward(reverse(f)))],
  ])('is its closed form by %s', (_, derivative) =>
    expectClose(valuesOf(derivative(x)), expected, { relative: 1e-12 }),
  );
});

describe('the third derivative of log Σ exp(x + tv) in t', () => {
  // The third cumulant of v under softmax(x): Σ p (v − Σ p v)³
  const direction = [0.5, -1, 2];
  const weights = points.map(exp);
  const total = weights.reduce((sum, weight) => sum + weight);
  const p = weights.map((weight) => weight / total);
  const centre = p.reduce((sum, share, index) => sum + share * direction[index]!, 0);
  const cumulant = p.reduce((sum, share, index) => sum + share * (direction[index]! - centre) ** 3, 0);

  const v = ops.constant(hostTensor('float64', [3], direction));
  const along =
    (f: Function): Function =>
    (y) =>
      jvp(f, y, v).tangent;
  it.each([
    ['logSumExp', (y: Tensor) => ops.logSumExp(y)],
    ['log-softmax', (y: Tensor) => ops.neg(ops.sum(ops.slice(ops.logSoftmax(y), 0, 0, 1)))],
    [
      'the maximum of a row and its rest',
      (y: Tensor) => ops.add(ops.max(y), ops.log(ops.sum(ops.exp(ops.sub(y, ops.max(y)))))),
    ],
  ])('is the third cumulant by %s', (_, f) =>
    expectClose(valuesOf(along(along(along(f)))(x)), [cumulant], { relative: 1e-12 }),
  );
});

it('a gradient of a gradient in another variable does not confuse the two', () => {
  // ∂/∂x (x · ∂/∂y (x·y²)) at y = 3 is ∂/∂x (x · 6x) = 12x
  const inner = (a: Tensor): Tensor => grad((b: Tensor) => ops.sum(ops.mul(a, ops.square(b))))(ops.full(3, a));
  expectClose(
    valuesOf(reverse((a) => ops.mul(a, inner(a)))(x)),
    points.map((a) => 12 * a),
    { relative: 1e-14 },
  );
});

it('tangents are matched by name, not by the order of keys', () => {
  const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => ops.sub(ops.mul(a, 2), b);
  const tangent = jvp(f, { a: x, b: x }, { b: ops.zerosLike(x), a: ops.onesLike(x) }).tangent;
  expect(valuesOf(tangent)).toEqual([2, 2, 2]);
});

it('a result that is not floating-point takes no part in a reverse derivative', () => {
  const cotangent = ops.constant(hostTensor('int64', [3], [5, 5, 5]));
  const { pullback } = vjp((v: Tensor) => [ops.mul(v, 3), ops.cast(v, 'int64')], x);
  expect(valuesOf(pullback([ops.onesLike(x), cotangent]))).toEqual([3, 3, 3]);
});
