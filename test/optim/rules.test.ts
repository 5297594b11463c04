import { describe, expect, it } from 'vitest';
import { hostTensor, scalar, type HostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import {
  gradientDescent,
  langevin,
  momentum,
  noiseAt,
  withGradientNoise,
  type UpdateRule,
} from '../../src/optim/index.ts';

const given: Record<string, HostTensor> = {
  a: hostTensor('float64', [2], [1, 2]),
  b: hostTensor('float64', [], [3]),
  'gradient of a': hostTensor('float64', [2], [10, -4]),
  'gradient of b': hostTensor('float64', [], [8]),
  'noise of a': hostTensor('float64', [2], [1, -2]),
  'noise of b': hostTensor('float64', [], [4]),
  learningRate: scalar(0.25, 'float64'),
};

/** Parameters after update `iteration` by a rule without slots. */
function after(rule: UpdateRule, iteration = 0): number[][] {
  const values = { ...given };
  const tensor = (name: string): Tensor => input(name, values[name]!);
  const scalars = Object.entries(rule.scalars).map(([name, at]) => {
    values[name] = scalar(at(iteration), 'float64');
    return [name, tensor(name)] as const;
  });
  const { parameters, slots } = rule.update({
    parameters: { a: tensor('a'), b: tensor('b') },
    gradient: { b: tensor('gradient of b'), a: tensor('gradient of a') },
    slots: {},
    scalars: { learningRate: tensor('learningRate'), ...Object.fromEntries(scalars) },
    noise: rule.usesNoise ? { b: tensor('noise of b'), a: tensor('noise of a') } : {},
  });
  expect(Object.keys(parameters)).toEqual(['a', 'b']);
  expect(slots).toEqual({});
  return interpret(Object.values(parameters), values).map(({ data }) => Array.from(data));
}

describe('an update', () => {
  it('by gradient descent is θ − η·g for every parameter, whatever the order of the gradient’s names', () => {
    expect(after(gradientDescent)).toEqual([[-1.5, 3], [1]]);
  });

  it('by momentum 0 is gradient descent and keeps nothing', () => {
    expect(momentum(0, { nesterov: true })).toBe(gradientDescent);
  });

  it('with noise in the gradient is θ − η·(g + s·W)', () => {
    expect(after(withGradientNoise(gradientDescent, 2))).toEqual([[-1.5 - 0.5, 3 + 1], [1 - 2]]);
  });

  it('by Langevin dynamics is θ − η·g + γ′·W, the noise not multiplied by η', () => {
    const rule = langevin({ scale: 0.5, decay: 'constant' });
    expect(after(rule)).toEqual([[-1, 2], [3]]);
    expect(after(rule, 7)).toEqual([[-1, 2], [3]]);
  });

  it('by Langevin dynamics with harmonic decay has noise γ′/(1 + k)', () => {
    const rule = langevin({ scale: 0.5, decay: 'harmonic' });
    expect(after(rule, 0)).toEqual([[-1, 2], [3]]);
    expect(after(rule, 1)).toEqual([[-1.25, 2.5], [2]]);
    expect(after(rule, 3)).toEqual([[-1.375, 2.75], [1.5]]);
  });

  it('by Langevin dynamics in a box ends inside it', () => {
    expect(after(langevin({ scale: 0.5, decay: 'constant', box: [0, 2.5] }))).toEqual([[0, 2], [2.5]]);
  });
});

describe('the noise of an iteration', () => {
  const parameters = [
    { name: 'weight', shape: [300, 100] },
    { name: 'bias', shape: [3] },
  ];
  const numbers = (seed: number, iteration: number): number[] =>
    Object.values(noiseAt(parameters, seed, iteration)).flatMap(({ data }) => Array.from(data));

  it('is the same whenever it is drawn, and another for another iteration or seed', () => {
    expect(numbers(1, 5)).toEqual(numbers(1, 5));
    for (const other of [numbers(1, 6), numbers(2, 5)]) expect(other[0]).not.toBe(numbers(1, 5)[0]);
  });

  it('has a value for each element of each parameter', () => {
    const { weight, bias } = noiseAt(parameters, 1, 0);
    expect([weight?.shape, bias?.shape]).toEqual([[300, 100], [3]]);
    expect(new Set(numbers(1, 0)).size).toBeGreaterThan(29_900);
  });

  it('is standard normal', () => {
    const drawn = numbers(3, 0);
    const mean = drawn.reduce((sum, value) => sum + value) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    // Six standard errors: 1/√n of the mean, √(2/n) of the variance.
    expect(Math.abs(mean)).toBeLessThan(6 / Math.sqrt(drawn.length));
    expect(Math.abs(variance - 1)).toBeLessThan(6 * Math.sqrt(2 / drawn.length));
  });
});
