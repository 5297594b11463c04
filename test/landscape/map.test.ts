import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFullGradient } from '../../src/curvature/index.ts';
import { mapLosses, type LandscapeNetwork, type LossMap } from '../../src/landscape/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { mean } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples, exampleLosses } from '../../src/train/index.ts';
import {
  caseOf,
  chunksOf,
  examplesFor,
  flatParameters,
  interpreted,
  measured,
  models,
  objectives,
} from '../curvature/support.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { combined, evaluated, hostPoint, landscapeOf, randomNumbers } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const everything = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** One network of each kind, and losses that treat parameters or scores in another way. */
const chosen = Object.entries(objectives).filter(
  ([name]) => name in models || ['L2 penalty', 'squared error', 'Gcdf'].includes(name),
);

/** Ten points of three terms, each term alone among them. */
const tenPoints = [[1, 0, 0], [0, 1, 0], [0, 0, 1], ...Array.from({ length: 7 }, (_, seed) => randomNumbers(3, seed))];

describe('the loss of a term alone has the bits of the evaluator', () => {
  it.each(chosen)('%s', async (_, objective) => {
    const given = caseOf(objective);
    const network = landscapeOf(runtime, given, 'interpolated', 3, { block: 5 });
    const terms = [1, 2, 3].map((seed) => hostPoint(objective.model, seed));
    const { loss, accuracy } = await mapLosses(network, terms, tenPoints.slice(0, 3));
    for (const [index, term] of terms.entries())
      expect({ loss: loss[index], accuracy: accuracy[index] }).toEqual(await evaluated(network, term));
  });

  it('by the statistics of each chunk, those of the full gradient', async () => {
    const given = caseOf({ model: models.batchNorm, loss: crossEntropy }, 8);
    const { loss } = await mapLosses(landscapeOf(runtime, given, 'batch', 4), [given], [[1]]);
    const full = await createFullGradient(measured(runtime, given, 4, { mode: 'train' }));
    expectClose(loss, [(await full.at(given)).loss], { relative: 1e-7 });
    await full.release();
  });
});

describe('losses at combinations are those of the reference interpreter in float64, to 1e-5', () => {
  it.each(chosen)('%s', async (_, objective) => {
    const given = caseOf(objective);
    const terms = [1, 2, 3].map((seed) => hostPoint(objective.model, seed));
    const positive = tenPoints.map((weights) => weights.map(Math.abs));
    const { loss } = await mapLosses(landscapeOf(runtime, given, 'interpolated', 3, { block: 5 }), terms, positive);
    const expected = positive.map((weights) => {
      const there = { ...given, ...combined(terms, weights) };
      return interpreted(there, everything(7), (network, x, labels) => [
        mean(exampleLosses(objective, network, x, labels, 'evaluate').losses),
      ])(flatParameters(there))[0]!;
    });
    expectClose(loss, expected, { relative: 1e-5 });
  });
});

describe('batch normalisation', () => {
  const objective = { model: models.batchNorm, loss: crossEntropy };
  const given = caseOf(objective, 8);
  const terms = [1, 2].map((seed) => hostPoint(objective.model, seed));
  const weights = [[0.3, 0.7]];
  const there = { ...given, ...combined(terms, weights[0]!) };

  it('by the running statistics of the centre keeps them wherever the point lies', async () => {
    const { loss } = await mapLosses(landscapeOf(runtime, given, 'centre'), terms, weights);
    const centred = { ...there, buffers: terms[0]!.buffers };
    const [reference] = interpreted(centred, everything(8), (network, x, labels) => [
      mean(exampleLosses(objective, network, x, labels, 'evaluate').losses),
    ])(flatParameters(centred));
    expectClose(loss, [reference!], { relative: 1e-5 });
  });

  it('by statistics recomputed at the point takes the mean over chunks, weighted by examples', async () => {
    const others = examplesFor(objective.model, 7, 5);
    const recomputed = new ChunkedExamples(others, objective.model.inputShape, 4, runtime.backend);
    const { loss } = await mapLosses(landscapeOf(runtime, given, { recomputed }), terms, weights);
    const names = objective.model.buffers.map(({ name }) => name);
    const sums = chunksOf(7, 4).map((indices) => {
      const statistics = interpreted({ ...there, examples: others }, indices, ({ parameters, buffers }, x) => {
        const pass = objective.model.forward(parameters, buffers, x, 'train');
        return names.map((name) => pass.statistics[name]!);
      })(flatParameters(there));
      return statistics.map((value) => (indices.length / 7) * value);
    });
    const total = sums[0]!.map((value, index) => value + sums[1]![index]!);
    let offset = 0;
    const buffers = Object.fromEntries(
      objective.model.buffers.map(({ name, shape }) => {
        const data = Float64Array.from(total.subarray(offset, (offset += shape[0]!)));
        return [name, { dtype: 'float64' as const, shape, data }];
      }),
    );
    const [reference] = interpreted({ ...there, buffers }, everything(8), (network, x, labels) => [
      mean(exampleLosses(objective, network, x, labels, 'evaluate').losses),
    ])(flatParameters(there));
    expectClose(loss, [reference!], { relative: 1e-5 });
  });

  it('the four kinds of statistics differ', async () => {
    const recomputed = landscapeOf(runtime, given).examples;
    const kinds = ['batch', 'centre', 'interpolated', { recomputed }] as const;
    const losses = await Promise.all(
      kinds.map(async (kind) => (await mapLosses(landscapeOf(runtime, given, kind, 4), terms, weights)).loss[0]!),
    );
    expect(new Set(losses).size).toBe(4);
  });
});

describe('a loss map', () => {
  const given = caseOf({ model: models.convolution, loss: crossEntropy });
  const terms = [1, 2, 3].map((seed) => hostPoint(models.convolution, seed));
  const network = (block: number): LandscapeNetwork => landscapeOf(runtime, given, 'centre', 3, { block });

  it('does not depend on the block', async () => {
    const whole = await mapLosses(network(16), terms, tenPoints);
    for (const block of [1, 3]) expect(await mapLosses(network(block), terms, tenPoints)).toEqual(whole);
  });

  it('goes on after an interruption with the same bits, from what was saved as text', async () => {
    const whole = await mapLosses(network(3), terms, tenPoints);
    const part = await mapLosses(network(3), terms, tenPoints, { limit: 4 });
    expect(part.completed).toBe(4);
    expect(Array.from(part.loss, Number.isNaN)).toEqual(tenPoints.map((_, index) => index >= 4));
    const stored = JSON.parse(
      JSON.stringify({ ...part, loss: [...part.loss], accuracy: [...part.accuracy], weights: [...part.weights] }),
    ) as Omit<LossMap, 'loss' | 'accuracy' | 'weights'> & Record<'loss' | 'accuracy' | 'weights', (number | null)[]>;
    const numbers = (values: (number | null)[]) => Float64Array.from(values, (value) => value ?? NaN);
    const from = {
      ...stored,
      loss: numbers(stored.loss),
      accuracy: numbers(stored.accuracy),
      weights: numbers(stored.weights),
    };
    expect(await mapLosses(network(3), terms, tenPoints, { from })).toEqual(whole);
    expect(await mapLosses(network(3), terms, tenPoints, { from: whole })).toEqual(whole);
  });

  it('tells its progress with maps that later blocks leave alone', async () => {
    const seen: LossMap[] = [];
    const whole = await mapLosses(network(4), terms, tenPoints, { onProgress: (map) => seen.push(map) });
    expect(seen.map(({ completed }) => completed)).toEqual([4, 8, 10]);
    expect(seen.map(({ loss }) => loss.filter((value) => !Number.isNaN(value)).length)).toEqual([4, 8, 10]);
    expect(seen.at(-1)).toEqual(whole);
  });

  it('in float64 is that of float32 to 1e-5, and more exact', async () => {
    const dense = caseOf(objectives['tanh']!);
    const points = [1, 2, 3].map((seed) => hostPoint(models.tanh, seed));
    const single = await mapLosses(landscapeOf(runtime, dense), points, tenPoints);
    const double = await mapLosses(landscapeOf(runtime, dense, 'centre', 3, { dtype: 'float64' }), points, tenPoints);
    expectClose(single.loss, double.loss, { relative: 1e-5 });
    const there = { ...dense, ...combined(points, tenPoints[5]!) };
    const [reference] = interpreted(there, everything(7), (n, x, labels) => [
      mean(exampleLosses(dense.objective, n, x, labels, 'evaluate').losses),
    ])(flatParameters(there));
    expectClose([double.loss[5]!], [reference!], { relative: 1e-13 });
  });

  it('refuses the terms of another model, naming the tensor', async () => {
    const others = [...terms.slice(0, 2), hostPoint(models.relu, 1)];
    await expect(mapLosses(network(4), others, tenPoints)).rejects.toMatchObject({
      code: 'RUNTIME_INPUT',
      message: expect.stringMatching(/^parameter "1.weight": expected no such parameter in this model/) as string,
    });
  });

  it('refuses no points, weights that do not fit, no examples', async () => {
    await expect(mapLosses(network(4), terms, [])).rejects.toThrow('loss map: expected at least one point, got none');
    await expect(mapLosses(network(4), terms, [[1, 2]])).rejects.toThrow(
      'loss map: expected 3 finite weights for each point, got [1, 2]',
    );
    await expect(mapLosses(network(4), terms, [[1, NaN, 2]])).rejects.toThrow('3 finite weights');
    await expect(mapLosses(network(0), terms, tenPoints)).rejects.toThrow(
      'landscape: expected block to be an integer of at least 1, got 0',
    );
    const none = { ...given, examples: { inputs: new Float32Array(0), labels: [], count: 0 } };
    await expect(mapLosses(landscapeOf(runtime, none), terms, tenPoints)).rejects.toThrow(
      'landscape: expected at least one example, got none',
    );
  });

  it('refuses to go on with a map of other points or another network', async () => {
    const from = await mapLosses(network(4), terms, tenPoints, { limit: 4 });
    const moved = tenPoints.with(9, [1, 1, 1]);
    await expect(mapLosses(network(4), terms, moved, { from })).rejects.toThrow(
      /loss map: expected weight 27 of the map to be 1, got/,
    );
    await expect(mapLosses(network(4), terms, tenPoints.slice(1), { from })).rejects.toThrow(
      'loss map: expected a map of 9 points of 3 terms to go on with, got 10 of 3',
    );
    await expect(mapLosses(network(4), [...terms].reverse(), tenPoints, { from })).rejects.toThrow(
      /loss map: expected loss .* at the first point, as in the map to go on with, got/,
    );
    await expect(mapLosses(network(4), terms, tenPoints, { from: { ...from, completed: 11 } })).rejects.toThrow(
      'loss map: expected 0 to 10 completed points, got 11',
    );
  });
});
