import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grad } from '../../src/autodiff/index.ts';
import { hostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { expectClose } from '../support/close.ts';
import { evaluate } from '../support/derivatives.ts';
import { runOn } from '../support/runtime.ts';

let cpu: Backend;
beforeAll(async () => (cpu = await createOrtBackend({ device: 'cpu', threads: 1 })));
afterAll(() => cpu.close());

const points = [-1e4, -100, -20, 0, 20, 100, 1e4];

/** Value, first and second derivative of a function at every point. */
function program(f: (x: Tensor) => Tensor, dtype: 'float32' | 'float64', at = points) {
  const x = ops.input('x', { dtype, shape: [at.length] });
  const first = grad((v: Tensor) => ops.sum(f(v)));
  const second = grad((v: Tensor) => ops.sum(first(v)));
  const outputs = { value: f(x), first: first(x), second: second(x) };
  return { graph: { inputs: { x }, outputs }, values: { x: hostTensor(dtype, [at.length], at) } };
}

const each = (value: (x: number) => number): number[] => points.map(value);
const onesAbove = each((x) => Number(x > 0));
const slope = ops.constant(hostTensor('float64', [1], [0.25]));
const scale = 1.0507009873554805;
const negative = scale * 1.6732632423543772;

/** What the first derivative is at −10⁴, −100, −20, 0, 20, 100, 10⁴; at 0 it is PyTorch's. */
const firstDerivatives: Record<string, readonly [f: (x: Tensor) => Tensor, first: readonly number[]]> = {
  softplus: [ops.softplus, each((x) => 1 / (1 + Math.exp(-x)))],
  elu: [(x) => ops.elu(x, 0.5), [0, 0, 0.5 * Math.exp(-20), 0.5, 1, 1, 1]],
  selu: [(x) => ops.selu(x), [0, 0, negative * Math.exp(-20), negative, scale, scale, scale]],
  celu: [(x) => ops.celu(x, 2), [0, Math.exp(-50), Math.exp(-10), 1, 1, 1, 1]],
  clip: [(x) => ops.clip(x, 0, 100), [0, 0, 0, 1, 1, 1, 0]],
  thresholdedRelu: [(x) => ops.thresholdedRelu(x, 20), [0, 0, 0, 0, 0, 1, 1]],
  hardSigmoid: [(x) => ops.hardSigmoid(x), [0, 0, 0, 1 / 6, 0, 0, 0]],
  hardSwish: [(x) => ops.hardSwish(x), [0, 0, 0, 0.5, 1, 1, 1]],
  prelu: [(x) => ops.prelu(x, ops.cast(slope, x.dtype)), [0.25, 0.25, 0.25, 0.25, 1, 1, 1]],
  softsign: [ops.softsign, each((x) => 1 / (1 + Math.abs(x)) ** 2)],
  mish: [ops.mish, [0, 0, -19 * Math.exp(-20), 0.6, 1, 1, 1]],
  swish: [(x) => ops.swish(x), [0, 0, -19 * Math.exp(-20), 0.5, 1, 1, 1]],
  gelu: [ops.gelu, onesAbove.with(3, 0.5)],
  geluTanh: [ops.geluTanh, onesAbove.with(3, 0.5)],
  asinh: [ops.asinh, each((x) => 1 / Math.hypot(x, 1))],
  atan: [ops.atan, each((x) => 1 / (1 + x * x))],
};

describe('far from 0 and at kinks', () => {
  it.each(Object.entries(firstDerivatives))('%s has the limits of its derivative and no NaN', async (_, [f, first]) => {
    const exact = evaluate(program(f, 'float64'));
    expectClose(exact['first']!, Float64Array.from(first), { relative: 1e-7, absolute: 1e-15 }, 'first derivative');
    const rounded = await runOn(cpu, program(f, 'float32'));
    for (const name of ['value', 'first', 'second'])
      expectClose(rounded[name]!, exact[name]!, { relative: 1e-5, absolute: 1e-6 }, name);
  });
});

it('softplus and its neighbours are right at the second derivative at 0', () => {
  const second = (f: (x: Tensor) => Tensor): number => evaluate(program(f, 'float64', [0]))['second']![0]!;
  expect(second(ops.softplus)).toBeCloseTo(0.25, 12);
  expect(second((x) => ops.elu(x))).toBeCloseTo(1, 12);
  expect(second(ops.gelu)).toBeCloseTo(Math.sqrt(2 / Math.PI), 12);
  expect(second((x) => ops.swish(x))).toBeCloseTo(0.5, 12);
});

it('rounding goes to the even neighbour, as in the runtime', async () => {
  const at = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, -2.6, 7];
  const rounded = program(ops.round, 'float32', at);
  const value = { ...rounded, graph: { ...rounded.graph, outputs: { value: rounded.graph.outputs.value } } };
  const expected = [-2, -2, 0, 0, 2, 2, 2, -3, 7];
  expectClose(evaluate(value)['value']!, Float64Array.from(expected), { absolute: 0 }, 'reference');
  expectClose((await runOn(cpu, value))['value']!, Float64Array.from(expected), { absolute: 0 }, 'runtime');
});

it('remainders take the sign of the divisor or of the dividend', () => {
  const [a, b] = [ops.constant(hostTensor('float64', [4], [5, -5, 5, -5])), [3, 3, -3, -3]];
  const divisor = ops.constant(hostTensor('float64', [4], b));
  const [floored, truncated] = ops.interpret([ops.mod(a, divisor), ops.fmod(a, divisor)]);
  expect([...floored!.data]).toEqual([2, 1, -1, -2]);
  expect([...truncated!.data]).toEqual([2, -2, 2, -2]);
});

it('comparisons and logic treat infinities and NaN as the runtime does', async () => {
  const x = ops.input('x', { dtype: 'float32', shape: [4] });
  const outputs = {
    isNaN: ops.isNaN(x),
    isInfinite: ops.isInfinite(x),
    above: ops.isInfinite(x, { negative: false }),
    below: ops.isInfinite(x, { positive: false }),
    atMost: ops.lessOrEqual(x, 1),
    atLeast: ops.greaterOrEqual(x, 1),
    xor: ops.xor(ops.greater(x, 0), ops.lessOrEqual(x, 1)),
  };
  const given = { graph: { inputs: { x }, outputs }, values: { x: hostTensor('float32', [4], [NaN, Infinity, -Infinity, 1]) } };
  const expected: Record<keyof typeof outputs, number[]> = {
    isNaN: [1, 0, 0, 0],
    isInfinite: [0, 1, 1, 0],
    above: [0, 1, 0, 0],
    below: [0, 0, 1, 0],
    atMost: [0, 0, 1, 1],
    atLeast: [0, 1, 0, 1],
    xor: [0, 1, 1, 0],
  };
  for (const results of [evaluate(given), await runOn(cpu, given)])
    expect(Object.fromEntries(Object.entries(results).map(([name, values]) => [name, [...values]]))).toEqual(expected);
});
