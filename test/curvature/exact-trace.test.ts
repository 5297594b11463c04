import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '../../src/autodiff/index.ts';
import { hostTensor, sizeOf, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { exactTraces, traceParts, type MeasuredNetwork } from '../../src/curvature/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as nn from '../../src/nn/index.ts';
import * as ops from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { kindNames, placeholders, sample, sampleOf, type NetworkKind, type Sample } from './networks.ts';

const values = ({ parameters, buffers, x, labels }: Sample): Record<string, HostTensor> => ({
  ...parameters,
  ...buffers,
  x,
  labels,
});

/**
 * Diagonal of each example's Hessian, coordinate by coordinate, as second directional derivatives in float64: summed over the
 * coordinates of a parameter, [examples] by parameter.
 */
function diagonalSums(given: Sample, loss: nn.LossFunction): Record<string, Float64Array> {
  const [theta, buffers] = [placeholders(given.parameters), placeholders(given.buffers)];
  const [x, labels] = [ops.input('x', given.x), ops.input('labels', given.labels)];
  const direction = Object.fromEntries(
    Object.entries(given.parameters).map(([name, tensor]) => [name, ops.input(`v ${name}`, tensor)]),
  );
  const losses = (at: Record<string, Tensor>): Tensor =>
    loss(given.model.forward(at, buffers, x, 'evaluate').scores, labels);
  const slope = (at: Record<string, Tensor>): Tensor => jvp(losses, at, direction).tangent;
  const second = jvp(slope, theta, direction).tangent;
  const zeros = Object.entries(given.parameters).map(
    ([name, { shape }]) => [`v ${name}`, { shape, data: new Float64Array(sizeOf(shape)) }] as const,
  );
  const sums = given.model.parameters.map(({ name, shape }) => {
    const total = new Float64Array(given.x.shape[0]!);
    for (let k = 0; k < sizeOf(shape); k++) {
      const unit = { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, at) => Number(at === k)) };
      const point = { ...values(given), ...Object.fromEntries(zeros), [`v ${name}`]: unit };
      ops.interpret([second], point)[0]!.data.forEach((curvature, index) => (total[index]! += curvature));
    }
    return [name, total] as const;
  });
  return Object.fromEntries(sums);
}

/** {@link traceParts} in float64 by the interpreter, over the terms 0 … count−1. */
function partsInFloat64(given: Sample, loss: nn.LossFunction, count: number): Record<string, Float64Array> {
  const tensors = { parameters: placeholders(given.parameters), buffers: placeholders(given.buffers) };
  const [x, labels] = [ops.input('x', given.x), ops.input('labels', given.labels)];
  const terms = ops.range(count, 'int64');
  const parts = traceParts({ model: given.model, loss }, 'evaluate', tensors, x, labels, terms);
  const results = ops.interpret(Object.values(parts), values(given));
  return Object.fromEntries(Object.keys(parts).map((name, index) => [name, results[index]!.data]));
}

function measured(given: Sample, loss: nn.LossFunction, runtime: Runtime, chunkSize: number): MeasuredNetwork {
  const { model, parameters, buffers, x, labels } = given;
  const inputs = x.data as Float32Array<ArrayBuffer>;
  const examples = { inputs, labels: Array.from(labels.data, Number), count: labels.data.length };
  const chunked = new ChunkedExamples(examples, model.inputShape, chunkSize, runtime.backend);
  return { runtime, objective: { model, loss }, examples: chunked, mode: 'evaluate', parameters, buffers };
}

const widened = (given: Sample): Sample => {
  const wide = (tensor: HostTensor): HostTensor =>
    tensor.dtype === 'int64' ? tensor : hostTensor('float64', tensor.shape, toFloat64(tensor));
  const all = (tensors: Readonly<Record<string, HostTensor>>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, wide(tensor)]));
  return { ...given, parameters: all(given.parameters), buffers: all(given.buffers), x: wide(given.x) };
};

const total = (parts: Readonly<Record<string, Float64Array>>): Float64Array =>
  Object.values(parts).reduce((sum, part) => sum.map((value, index) => value + part[index]!));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

describe('exact Hessian traces of single examples', () => {
  it.each(kindNames)(
    'in a network of kind %s are the sums of the diagonal, to 1e-10 in float64 and 1e-4 in float32',
    async (kind) => {
      const given = sample(kind, 3, 3, 3, 'float32');
      const expected = diagonalSums(widened(given), nn.crossEntropy);
      const parts = partsInFloat64(widened(given), nn.crossEntropy, 2);
      for (const [name, part] of Object.entries(expected))
        expectClose(parts[name]!, part, { relative: 1e-10, absolute: 1e-13 }, `${kind}: ${name}`);
      const found = await exactTraces(measured(given, nn.crossEntropy, runtime, 2));
      expectClose(found.values, total(expected), { relative: 1e-4 }, kind);
      expectClose([found.mean], [total(expected).reduce((sum, value) => sum + value, 0) / 3], { relative: 1e-4 }, kind);
      const ofTop = given.model.topParameters.map((name) => [name, expected[name]!] as const);
      expectClose(found.top, total(Object.fromEntries(ofTop)), { relative: 1e-4, absolute: 1e-6 }, `${kind}: top`);
      for (const [name, part] of Object.entries(expected)) {
        const mean = part.reduce((sum, value) => sum + value, 0) / 3;
        expectClose([found.byParameter[name]!], [mean], { relative: 1e-4, absolute: 1e-6 }, `${kind}: mean of ${name}`);
      }
    },
  );

  it.each<[string, nn.LossFunction, number]>([
    ['cross-entropy with temperature', nn.temperedCrossEntropy(2.5), 3],
    ['the sum of squared errors', nn.squaredError('sum'), 4],
    ['the mean of squared errors', nn.squaredError('mean'), 4],
    ['the Gcdf loss, whose Hessian is not definite', nn.gcdf(1.5), 4],
    ['the Kullback–Leibler divergence', nn.kullbackLeibler, 4],
    ['the gradient of the log loss', nn.logLossGradientNorm, 4],
    ['the hinge, which has none', nn.hinge(1), 4],
  ])('follow the curvature of %s', (_, loss, terms) => {
    const given = sample('pooled', 5, 2, 4, 'float64');
    const [found, expected] = [partsInFloat64(given, loss, terms), diagonalSums(given, loss)];
    for (const [name, part] of Object.entries(expected))
      expectClose(found[name]!, part, { relative: 1e-10, absolute: 1e-13 }, name);
  });

  it('of an affine classifier are (‖x‖² + 1)(1 − Σp²)', async () => {
    const given = sample('affine', 1, 5, 4, 'float32');
    const { values: traces } = await exactTraces(measured(given, nn.crossEntropy, runtime, 5));
    const [x, w, b] = [given.x, given.parameters['weight']!, given.parameters['bias']!].map(toFloat64);
    const expected = Array.from({ length: 5 }, (_, i) => {
      const row = x!.slice(3 * i, 3 * i + 3);
      const scores = Array.from({ length: 4 }, (_, c) => row.reduce((s, v, k) => s + v * w![3 * c + k]!, b![c]!));
      const exponentials = scores.map(Math.exp);
      const sum = exponentials.reduce((s, e) => s + e, 0);
      return row.reduce((s, v) => s + v * v, 1) * (1 - exponentials.reduce((s, e) => s + (e / sum) ** 2, 0));
    });
    expectClose(traces, expected, { relative: 1e-5 });
  });

  it('are the same in chunks of any size, and when the terms of many classes take several runs', async () => {
    const given = sample('perceptron', 2, 5, 30, 'float32');
    const whole = await exactTraces(measured(given, nn.crossEntropy, runtime, 5));
    const halves = await exactTraces(measured(given, nn.crossEntropy, runtime, 2));
    const expected = total(partsInFloat64(widened(given), nn.crossEntropy, 29));
    expectClose(whole.values, expected, { relative: 1e-5 });
    expectClose(halves.values, expected, { relative: 1e-5 });
  });

  it('of examples that the network is certain of keep their digits', async () => {
    const given = sample('affine', 1, 2, 3, 'float32');
    const bias = hostTensor('float32', [3], [18, 0, 1]);
    const certain = { ...given, parameters: { ...given.parameters, bias } };
    const found = await exactTraces(measured(certain, nn.crossEntropy, runtime, 2));
    const expected = total(partsInFloat64(widened(certain), nn.crossEntropy, 2));
    found.values.forEach((value, index) =>
      expectClose([value], [expected[index]!], { relative: 1e-4 }, `example ${index}`),
    );
  });

  it('count the L2 penalty with λ for each parameter that it counts', async () => {
    const given = sample('perceptron', 2, 4, 3, 'float32');
    const plain = measured(given, nn.crossEntropy, runtime, 4);
    const penalty = (theta: nn.ParameterTensors) => nn.l2Penalty(theta, { strength: 0.5, biases: false });
    const found = await exactTraces({ ...plain, objective: { ...plain.objective, penalty } });
    // Weights 4·3 + 3·3 + 3·3
    expect(found.penalty).toBe(15);
    const without = await exactTraces(plain);
    expectClose(
      found.values,
      without.values.map((value) => value + 15),
      { relative: 1e-12 },
    );
    expect(found.byParameter).toEqual(without.byParameter);
  });
});

describe('refusals of exact traces', () => {
  const given = (layers: nn.LayerDescription, options: nn.ModelOptions = {}): Sample =>
    sampleOf(nn.createModel('refused', [4], layers, options), 1, 3, 'float32');
  const refused = (network: Sample, mode: nn.Mode = 'evaluate') =>
    exactTraces({ ...measured(network, nn.crossEntropy, runtime, 3), mode });

  it.each<[string, nn.LayerDescription, RegExp]>([
    [
      'tanh',
      nn.mlp([3], 2, 'tanh'),
      /piecewise linear in parameter "1\.weight", got Tanh: float32\[3,3\] on the way \(at .*\)/,
    ],
    ['sigmoid', nn.mlp([3], 2, 'sigmoid'), /"1\.weight", got Sigmoid/],
    ['GELU', nn.mlp([3], 2, 'gelu'), /"1\.weight", got Erf/],
  ])('a network with %s is refused, naming operator and place', async (_, layers, message) => {
    await expect(refused(given(layers))).rejects.toMatchObject({ code: 'NO_EXACT_TRACE' });
    await expect(refused(given(layers))).rejects.toThrow(message);
  });

  it('batch normalisation in train mode is refused by its name', async () => {
    await expect(refused(given(nn.fc6(3, 2)), 'train')).rejects.toThrow(
      /"1\.weight", got BatchNormalizationTraining: float32\[3,3\]/,
    );
  });

  it('features divided by their norm are refused', async () => {
    const network = given(nn.mlp([3], 2), { normaliseFeatures: true });
    await expect(refused(network)).rejects.toThrow(
      /"1\.weight", got Mul: float32\[3,3\] with the parameter in both factors/,
    );
  });

  it('a parameter that two layers share is refused', async () => {
    const layer = nn.dense(4);
    const shared: nn.LayerDescription = (shape) => {
      const [one, relu] = [layer(shape, ''), nn.activation('relu')(shape, '')];
      return { ...one, apply: (pass, x) => one.apply(pass, relu.apply(pass, one.apply(pass, x))) };
    };
    await expect(refused(given(shared))).rejects.toThrow(
      /"weight", got MatMul: float32\[3,4\] with the parameter in both factors/,
    );
  });

  it('a penalty that couples parameters is refused', async () => {
    const network = measured(given(nn.mlp([3], 2)), nn.crossEntropy, runtime, 3);
    const penalty = (theta: nn.ParameterTensors) => ops.square(ops.sum(theta['1.bias']!));
    await expect(exactTraces({ ...network, objective: { ...network.objective, penalty } })).rejects.toMatchObject({
      code: 'NO_EXACT_TRACE',
      message: expect.stringContaining('expected a penalty that is a sum over single parameters') as string,
    });
  });
});

describe('the kinds of networks', () => {
  it('are not without curvature', () => {
    const traces = kindNames.map((kind: NetworkKind) =>
      total(partsInFloat64(sample(kind, 3, 3, 3, 'float64'), nn.crossEntropy, 2)),
    );
    traces.forEach((trace) => expect(Math.max(...trace)).toBeGreaterThan(0.05));
  });
});
