import { describe, expect, it } from 'vitest';
import { randomStream, type HostTensor } from '../../src/base/index.ts';
import {
  createModel,
  dense,
  flatten,
  initialBuffers,
  initialParameters,
  lenet,
  mlp,
  residual,
  resnet,
  scaleTop,
  sequential,
  type Model,
} from '../../src/nn/index.ts';
import { input, interpret } from '../../src/ops/index.ts';

/** Scores of two random examples in float64. */
function scoresAt(model: Model, parameters: Readonly<Record<string, HostTensor>>): Float64Array {
  const stream = randomStream(3, 'examples');
  const size = model.inputShape.reduce((a, b) => a * b);
  const x = { shape: [2, ...model.inputShape], data: Float64Array.from({ length: 2 * size }, () => stream.normal()) };
  const values = { ...parameters, ...initialBuffers(model), x };
  const types = [...model.parameters, ...model.buffers];
  const symbolic = Object.fromEntries(types.map(({ name, shape }) => [name, input(name, { dtype: 'float64', shape })]));
  const { scores } = model.forward(symbolic, symbolic, input('x', { dtype: 'float64', shape: x.shape }), 'evaluate');
  return Float64Array.from(interpret([scores], values)[0]!.data);
}

const models: readonly Model[] = [
  createModel('a perceptron', [5], mlp([4], 3)),
  createModel('a perceptron with normalised features', [5], mlp([4], 3), { normaliseFeatures: true }),
  createModel('LeNet', [1, 16, 16], lenet(4)),
  createModel('an affine classifier', [4], dense(3)),
  createModel('a residual network', [3, 8, 8], resnet(8, 4)),
];

describe('scaling the top layer', () => {
  it.each(models.map((model) => [model.name, model] as const))('scales every score of %s', (_, model) => {
    const parameters = initialParameters(model, 1);
    const before = scoresAt(model, parameters);
    for (const alpha of [0.25, 8]) {
      const scaled = scaleTop(model, parameters, alpha);
      // Powers of two scale every number exactly; what is added keeps its order.
      expect(scoresAt(model, scaled)).toEqual(before.map((score) => alpha * score));
    }
    expect(before.some((score) => score !== 0)).toBe(true);
  });

  it('leaves the parameters that it was given, and shares those of other layers', () => {
    const model = models[0]!;
    const parameters = initialParameters(model, 1);
    const copy = structuredClone(parameters);
    const scaled = scaleTop(model, parameters, 3);
    expect(parameters).toEqual(copy);
    expect(scaled['1.weight']).toBe(parameters['1.weight']);
    expect([...model.topParameters]).toEqual(['3.weight', '3.bias']);
    expect([...scaled['3.weight']!.data]).toEqual([...parameters['3.weight']!.data.map((value) => 3 * value)]);
  });

  it('refuses factors that change predictions, and missing parameters', () => {
    const model = models[0]!;
    const parameters = initialParameters(model, 1);
    for (const alpha of [0, -1, NaN, Infinity])
      expect(() => scaleTop(model, parameters, alpha)).toThrowError(
        `scaled top layer of a perceptron: expected a positive factor, got ${alpha}`,
      );
    expect(() => scaleTop(model, {}, 2)).toThrowError('expected a value of parameter "3.weight", got none');
  });

  it('refuses a model whose top is no single layer', () => {
    const refusal = (layers: number) =>
      `scaled top layer of a model: expected a top layer that is one layer, got ${layers} with parameters`;
    const none = createModel('a model', [3], sequential(flatten()));
    expect(() => scaleTop(none, {}, 2)).toThrowError(refusal(0));
    const block = createModel('a model', [3], residual(sequential(dense(4), dense(3))));
    expect(() => scaleTop(block, initialParameters(block, 1), 2)).toThrowError(refusal(2));
  });
});
