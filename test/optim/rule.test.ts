import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import { gradientStep } from '../../src/optim/index.ts';

describe('a gradient step', () => {
  it('is θ − η·g for every parameter, whatever the order of the gradient’s names', () => {
    const given = {
      a: hostTensor('float64', [2], [1, 2]),
      b: hostTensor('float64', [], [3]),
      ga: hostTensor('float64', [2], [10, -4]),
      gb: hostTensor('float64', [], [8]),
      eta: hostTensor('float64', [], [0.25]),
    };
    const tensor = (name: keyof typeof given) => input(name, given[name]);
    const theta = { a: tensor('a'), b: tensor('b') };
    const next = gradientStep(theta, { b: tensor('gb'), a: tensor('ga') }, tensor('eta'));
    expect(Object.keys(next)).toEqual(['a', 'b']);
    const [a, b] = interpret([next['a']!, next['b']!], given);
    expect([Array.from(a!.data), Array.from(b!.data)]).toEqual([[-1.5, 3], [1]]);
  });
});
