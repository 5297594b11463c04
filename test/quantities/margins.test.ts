import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, crossEntropy, initialBuffers, mlp } from '../../src/nn/index.ts';
import { createQuantity, type Moment } from '../../src/quantities/index.ts';
import { quantitySchema } from '../../src/contract/index.ts';
import type { MeasuredNetwork, NetworkPoint } from '../../src/curvature/index.ts';
import { toFloat64 } from '../../src/base/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import type { Objective } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { measured, caseOf, models } from '../curvature/support.ts';
import { chunked, cpuRuntime, randomExamples, startingPoint } from '../train/support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const moment: Moment = { iteration: 3, learningRate: 0.1, momentum: 0, batchSize: 4 };
const probabilities = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** An affine classifier of four numbers, small enough to be computed by hand. */
const affine: Objective = { model: createModel('affine', [4], mlp([], 3)), loss: crossEntropy };
const examples = randomExamples(23, affine);

const network = (chunkSize = 5): MeasuredNetwork => ({
  runtime,
  objective: affine,
  examples: chunked(examples, chunkSize, affine, runtime),
  mode: 'evaluate',
  parameters: startingPoint(affine),
  buffers: initialBuffers(affine.model),
});

async function measure(on: MeasuredNetwork, point: NetworkPoint = on, bins = 6) {
  const specification = quantitySchema.parse({ kind: 'margins', bins });
  const quantity = await createQuantity(specification, { network: on, seed: 1 });
  await quantity.rehearse(point);
  const result = await quantity.measure(point, moment, { tensors: true });
  await quantity.release();
  const of = (series: string) => result.readings.filter((one) => one.series === series);
  return { ...result, of, one: (series: string) => of(series)[0]! };
}

/** Margins, squared norms and probabilities of every example in plain loops, from x·W + b. */
function byHand() {
  const parameters = Object.values(startingPoint(affine));
  const weight = toFloat64(parameters.find(({ shape }) => shape.length === 2)!);
  const bias = toFloat64(parameters.find(({ shape }) => shape.length === 1)!);
  const inputMajor = parameters.find(({ shape }) => shape.length === 2)!.shape[0] === 4;
  return Array.from({ length: examples.count }, (_, index) => {
    const x = Array.from(examples.inputs.subarray(4 * index, 4 * index + 4));
    const scores = Array.from(bias, (b, j) =>
      x.reduce((sum, value, i) => sum + value * weight[inputMajor ? 3 * i + j : 4 * j + i]!, b),
    );
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    const p = scores.map((score) => Math.exp(score) / total);
    const label = examples.labels[index]!;
    const margin = (values: readonly number[]): number =>
      values[label]! - Math.max(...values.filter((__, j) => j !== label));
    const norm = 1 + x.reduce((sum, value) => sum + value ** 2, 0);
    return {
      output: margin(scores),
      softmax: margin(p),
      trace: norm * (1 - p.reduce((sum, value) => sum + value ** 2, 0)),
      bound: norm * (1 - margin(p) ** 2),
    };
  });
}

/** Linear interpolation between order statistics, written out. */
function quantile(values: readonly number[], probability: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * probability;
  const [below, share] = [Math.floor(place), place % 1];
  return sorted[below]! + (share === 0 ? 0 : share * (sorted[below + 1]! - sorted[below]!));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const moments = (values: readonly number[], order: number): number =>
  mean(values.map((value) => (value - mean(values)) ** order));
const standardError = (values: readonly number[]): number => Math.sqrt(moments(values, 2) / (values.length - 1));

describe('the margins of a network', () => {
  it('have the quantiles and the skewness of the margins of its examples, signed and absolute', async () => {
    const { of, one } = await measure(network());
    const hand = byHand();
    const samples = {
      'margin.output': hand.map(({ output }) => output),
      'margin.absoluteOutput': hand.map(({ output }) => Math.abs(output)),
      'margin.softmax': hand.map(({ softmax }) => softmax),
    };
    for (const [name, sample] of Object.entries(samples)) {
      expect(of(name).map(({ coordinate }) => coordinate)).toEqual(probabilities);
      expectClose(
        of(name).map(({ value }) => value),
        probabilities.map((probability) => quantile(sample, probability)),
        { relative: 1e-5, absolute: 1e-6 },
        name,
      );
      const skewness = moments(sample, 3) / moments(sample, 2) ** 1.5;
      expectClose([one(`${name}Skewness`).value], [skewness], { relative: 1e-4, absolute: 1e-5 }, name);
    }
  });

  it('have histograms that count every example once, around the centres of bins of equal width', async () => {
    const { of } = await measure(network());
    const bars = of('margin.outputHistogram');
    const values = byHand().map(({ output }) => output);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const width = (high - low) / 6;
    expectClose(
      bars.map(({ coordinate }) => coordinate!),
      [0, 1, 2, 3, 4, 5].map((bin) => low + (bin + 0.5) * width),
      { relative: 1e-5, absolute: 1e-6 },
    );
    const expected = [0, 0, 0, 0, 0, 0];
    for (const value of values) expected[Math.min(5, Math.floor((value - low) / width))]!++;
    expect(bars.map(({ value }) => value)).toEqual(expected);
    expect(new Set(bars.map(({ examples: count }) => count))).toEqual(new Set([23]));
  });

  it('come with mean traces and, of the correctly classified examples, mean bounds, each with its standard error', async () => {
    const { one } = await measure(network());
    const hand = byHand();
    const correct = hand.filter(({ output }) => output > 0);
    expect(correct.length).toBeGreaterThan(2);
    expect(correct.length).toBeLessThan(23);
    const expected = {
      'margin.correct': hand.map(({ output }) => (output > 0 ? 1 : 0)),
      'margin.affineTraceInput': hand.map(({ trace }) => trace),
      // The features of an affine classifier are its input.
      'margin.affineTraceFeatures': hand.map(({ trace }) => trace),
      'margin.boundInput': correct.map(({ bound }) => bound),
      'margin.boundFeatures': correct.map(({ bound }) => bound),
    };
    for (const [name, sample] of Object.entries(expected)) {
      const found = one(name);
      expectClose([found.value, found.standardError!], [mean(sample), standardError(sample)], { relative: 1e-5 }, name);
      expect(found.examples).toBe(sample.length);
    }
  });

  it('have the values of each example as tensors, and cost one pass that has nothing to converge', async () => {
    const { tensors, products, converged } = await measure(network());
    expect([products, converged]).toEqual([1, null]);
    const hand = byHand();
    expect(tensors['margin.output']!.shape).toEqual([23]);
    expectClose(
      toFloat64(tensors['margin.output']!),
      hand.map(({ output }) => output),
      { relative: 1e-5, absolute: 1e-6 },
    );
    expectClose(
      toFloat64(tensors['margin.boundInput']!),
      hand.map(({ bound }) => bound),
      { relative: 1e-5 },
    );
  });

  it('weight examples, not chunks', async () => {
    const [unequal, whole] = [await measure(network(7)), await measure(network(23))];
    const values = ({ readings }: typeof whole): number[] => readings.map(({ value }) => value);
    expectClose(values(unequal), values(whole), { relative: 1e-5, absolute: 1e-6 });
  });

  it('depend on the statistics that batch normalisation takes', async () => {
    const normalised = caseOf({ model: models.batchNorm, loss: crossEntropy }, 8);
    const [running, batch] = [
      await measure(measured(runtime, normalised, 4, { mode: 'evaluate' })),
      await measure(measured(runtime, normalised, 4, { mode: 'train' })),
    ];
    expect(batch.one('margin.output').value).not.toBe(running.one('margin.output').value);
  });

  it('that are not numbers leave no quantile and no skewness, and none of them is in a bin', async () => {
    const on = network();
    const parameters = startingPoint(affine);
    for (const { data } of Object.values(parameters)) data.fill(NaN);
    const { of, one } = await measure(on, { parameters, buffers: {} });
    expect(of('margin.output').map(({ value }) => value)).toEqual(probabilities.map(() => NaN));
    expect(one('margin.outputSkewness').value).toBeNaN();
    expect(of('margin.outputHistogram')).toEqual([]);
    expect(one('margin.correct')).toMatchObject({ value: 0, examples: 23 });
    expect(one('margin.boundInput')).toMatchObject({ value: NaN, standardError: NaN, examples: 0 });
  });

  it('of a single example have no spread', async () => {
    const alone = { ...examples, inputs: examples.inputs.slice(0, 4), labels: [examples.labels[0]!], count: 1 };
    const { of, one } = await measure({ ...network(), examples: chunked(alone, 1, affine, runtime) });
    expect(new Set(of('margin.output').map(({ value }) => value)).size).toBe(1);
    expect(one('margin.outputSkewness').value).toBeNaN();
    expect(one('margin.affineTraceInput').standardError).toBeNaN();
    expect(of('margin.outputHistogram').reduce((sum, { value }) => sum + value, 0)).toBe(1);
  });

  it('need two classes', async () => {
    const objective: Objective = { model: createModel('one class', [4], mlp([], 1)), loss: crossEntropy };
    const on = { ...network(), objective, parameters: startingPoint(objective) };
    await expect(measure(on)).rejects.toThrowError('margin: expected scores of at least two classes, got 1');
  });
});
