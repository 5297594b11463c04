import { describe, expect, it } from 'vitest';
import { valueAndGrad } from '../../../src/autodiff/index.ts';
import { hostTensor } from '../../../src/base/index.ts';
import { l2Penalty, type ParameterTensors } from '../../../src/nn/index.ts';
import { input, interpret } from '../../../src/ops/index.ts';

const values = {
  weight: hostTensor('float64', [2, 2], [1, -2, 3, 0]),
  bias: hostTensor('float64', [2], [4, -1]),
};
const theta: ParameterTensors = { weight: input('weight', values.weight), bias: input('bias', values.bias) };

const valueAndGradient = (biases: boolean): number[][] => {
  const { value, gradient } = valueAndGrad((at: ParameterTensors) => l2Penalty(at, { strength: 0.5, biases })!)(theta);
  return interpret([value, gradient['weight']!, gradient['bias']!], values).map(({ data }) => Array.from(data));
};

describe('the L2 penalty', () => {
  it('is ½λ‖θ‖² over all parameters, with gradient λθ', () => {
    expect(valueAndGradient(true)).toEqual([[(0.5 / 2) * (14 + 17)], [0.5, -1, 1.5, 0], [2, -0.5]]);
  });

  it('without biases leaves parameters of one axis alone', () => {
    expect(valueAndGradient(false)).toEqual([[(0.5 / 2) * 14], [0.5, -1, 1.5, 0], [0, 0]]);
  });

  it('is absent where no parameter counts', () => {
    expect(l2Penalty({ bias: theta['bias']! }, { strength: 1, biases: false })).toBeNull();
  });
});
