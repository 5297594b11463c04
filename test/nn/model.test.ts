import { describe, expect, it } from 'vitest';
import { hostTensor, randomStream, type HostTensor } from '../../src/base/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import {
  activation,
  createModel,
  crossEntropy,
  dense,
  filled,
  flatten,
  glorotNormal,
  heNormal,
  initialParameters,
  mlp,
  modelFor,
  sequential,
} from '../../src/nn/index.ts';

const image = [1, 28, 28];
const walkModel = (hidden: number[] = [512, 512], activationName: 'relu' | 'tanh' = 'relu') =>
  modelFor({ name: 'mlp', hidden, activation: activationName, normaliseFeatures: false }, image, 10);

const moments = (values: ArrayLike<number>) => {
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const square = Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance: square };
};

/** Variance of n normal numbers scatters by `σ²√(2/n)`, their mean by `σ/√n`: five times that is allowed. */
function expectNormal({ data }: HostTensor<'float32'>, variance: number): void {
  const measured = moments(data);
  expect(Math.abs(measured.mean)).toBeLessThan(5 * Math.sqrt(variance / data.length));
  expect(Math.abs(measured.variance / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / data.length));
}

describe('a fully connected network', () => {
  it('has PyTorch’s names and shapes: weights [out, in], numbered by their place in the sequence', () => {
    const model = walkModel();
    expect(model.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['1.weight', [512, 784]],
      ['1.bias', [512]],
      ['3.weight', [512, 512]],
      ['3.bias', [512]],
      ['5.weight', [10, 512]],
      ['5.bias', [10]],
    ]);
    expect(model).toMatchObject({ classes: 10, inputShape: image, size: 669_706 });
  });

  it('without hidden layers is an affine classifier', () => {
    expect(walkModel([]).parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['1.weight', [10, 784]],
      ['1.bias', [10]],
    ]);
  });

  it('starts from weights of variance 2/in before rectifiers, 2/(in + out) before the scores, and from zero biases', () => {
    const initial = initialParameters(walkModel(), 3);
    expectNormal(initial['1.weight']!, 2 / 784);
    expectNormal(initial['3.weight']!, 2 / 512);
    expectNormal(initial['5.weight']!, 2 / (512 + 10));
    for (const layer of [1, 3, 5]) expect(initial[`${layer}.bias`]!.data.every((value) => value === 0)).toBe(true);
  });

  it('starts from weights of variance 2/(in + out) before tanh', () => {
    expectNormal(initialParameters(walkModel([300], 'tanh'), 3)['1.weight']!, 2 / (784 + 300));
  });

  it('computes scores as W₂·relu(W₁·x + b₁) + b₂', () => {
    const model = createModel('tiny', [2], mlp([2], 1));
    const given = {
      x: hostTensor('float32', [1, 2], [1, -2]),
      '1.weight': hostTensor('float32', [2, 2], [1, 1, 3, 1]),
      '1.bias': hostTensor('float32', [2], [0.5, -0.5]),
      '3.weight': hostTensor('float32', [1, 2], [7, 2]),
      '3.bias': hostTensor('float32', [1], [0.25]),
    };
    const { x, ...parameters } = Object.fromEntries(
      Object.entries(given).map(([name, tensor]) => [name, input(name, tensor)]),
    );
    // W₁x + b₁ = (−0.5, 0.5): the first unit is off.
    expect(Array.from(interpret([model.forward(parameters, {}, x!, 'evaluate').scores], given)[0]!.data)).toEqual([
      1.25,
    ]);
  });

  it('refuses layers that do not end with one score for each class', () => {
    expect(() => createModel('odd', image, activation('relu'))).toThrowError(
      expect.objectContaining({
        code: 'GRAPH_SHAPE',
        message: 'model odd: expected layers that end with [classes] scores, got [1,28,28]',
      }) as Error,
    );
  });

  it('refuses a dense layer on examples with axes, by its path', () => {
    expect(() => createModel('odd', image, sequential(dense(4)))).toThrowError(
      expect.objectContaining({
        code: 'GRAPH_SHAPE',
        message: 'model odd for examples [1,28,28]: dense layer 0: expected flat examples, got [1,28,28]',
      }) as Error,
    );
  });
});

describe('initial parameters', () => {
  it('are the same for the same seed and others, in every weight, for another', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => initialParameters(walkModel([8]), seed));
    expect(one).toEqual(same);
    for (const name of ['1.weight', '3.weight']) {
      const [a, b] = [one![name]!.data, other![name]!.data];
      expect(a.some((value, index) => value === b[index])).toBe(false);
    }
  });

  it('of a layer do not depend on the layers that follow', () => {
    const short = initialParameters(createModel('short', [9], sequential(flatten(), dense(5), dense(4))), 1);
    const long = initialParameters(createModel('long', [9], sequential(flatten(), dense(5), dense(4), dense(3))), 1);
    expect(Object.keys(long)).toEqual([...Object.keys(short), '3.weight', '3.bias']);
    for (const [name, tensor] of Object.entries(short)) expect(long[name]).toEqual(tensor);
  });

  it('of two layers of one shape are not the same numbers', () => {
    const initial = initialParameters(createModel('twins', [6], sequential(dense(6), dense(6))), 1);
    expect(initial['0.weight']!.data).not.toEqual(initial['1.weight']!.data);
  });

  it('of a convolution count its receptive field as inputs', () => {
    const shape = [40, 20, 5, 5];
    expectNormal(heNormal(shape, randomStream(1, 'a')), 2 / (20 * 25));
    expectNormal(glorotNormal(shape, randomStream(1, 'b')), 2 / (20 * 25 + 40 * 25));
    expect(Array.from(filled(0.5)([2], randomStream(1, 'c')).data)).toEqual([0.5, 0.5]);
  });
});

describe('cross-entropy', () => {
  it('is −log softmax of the label’s score, for each example', () => {
    const scores = [
      [1, 2, 3],
      [1000, 0, -1000],
    ];
    const labels = [0, 1];
    const given = { s: hostTensor('float64', [2, 3], scores.flat()), y: hostTensor('int64', [2], labels) };
    const losses = interpret([crossEntropy(input('s', given.s), input('y', given.y))], given)[0]!.data;
    expect(losses[0]).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 1, 12);
    expect(losses[1]).toBeCloseTo(1000, 9);
  });
});
