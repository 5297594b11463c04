import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuantity } from '../../src/quantities/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { createModel, mlp } from '../../src/nn/index.ts';
import { ChunkedExamples, exampleLosses } from '../../src/train/index.ts';
import {
  caseOf,
  differenceHessian,
  flatParameters,
  interpreted,
  measured,
  objectives,
  type Case,
} from '../curvature/support.ts';
import { expectClose, inner } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { covarianceOf, meanRow, moment, quantityOf, readingIn, singleGradients, subset, valuesIn } from './support.ts';

const tests = { kind: 'gradient-tests', epsilon: 1e-5 } as const;
const tic = { kind: 'tic', epsilon: 1e-7 } as const;
const histogram = quantityOf('gradient-histogram', { bins: 8, range: 0.5 });

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);
const average = (values: ArrayLike<number>): number => total(values) / values.length;

/** Cockpit's formulas of explicit gradients of single examples. */
function byHand(given: Case, learningRate: number) {
  const rows = singleGradients(given);
  const [B, g] = [rows.length, meanRow(rows)];
  const square = inner(g, g);
  const variance = covarianceOf(rows).map((row, j) => row[j]!);
  const losses = interpreted(given, [...rows.keys()], ({ parameters, buffers }, x, labels) => [
    exampleLosses(given.objective, { parameters, buffers }, x, labels, 'evaluate').losses,
  ])(flatParameters(given));
  const spread = total(rows.map((row) => inner(row, row))) - B * square;
  return {
    'batch.normTest': Math.sqrt(spread / ((B - 1) * B * square)),
    'batch.innerProductTest': Math.sqrt(
      (total(rows.map((row) => inner(row, g) ** 2)) - B * square ** 2) / ((B - 1) * B * square ** 2),
    ),
    'batch.orthogonalityTest': Math.sqrt(
      total(rows.map((row) => inner(row, row) - inner(row, g) ** 2 / square)) / ((B - 1) * B * square),
    ),
    'batch.cabs': (learningRate * spread) / (B * average(losses)),
    'batch.earlyStopping': 1 - B * average(g.map((value, j) => value ** 2 / (variance[j]! + 1e-5))),
    'batch.signalToNoise': average(g.map((value, j) => value ** 2 / ((variance[j]! * (B - 1)) / B + 1e-5))),
  };
}

describe('quantities of a mini-batch', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  it.each(['relu', 'batchNorm', 'L2 penalty'])('are Cockpit’s formulas of explicit gradients, for %s', async (name) => {
    const given = caseOf(objectives[name]!, 8);
    const network = measured(runtime, given, 3);
    const quantity = await createQuantity(tests, { network, seed: 1 });
    const { readings, products, converged } = await quantity.measure(network, moment({ learningRate: 0.3 }));
    for (const [series, expected] of Object.entries(byHand(given, 0.3))) {
      const found = readings.filter((reading) => reading.series === series).map(({ value }) => value);
      expectClose(found, [expected], { relative: 2e-4 }, series);
    }
    expect(readings.every(({ examples }) => examples === 8)).toBe(true);
    expect({ products, converged }).toEqual({ products: given.objective.penalty ? 3 : 2, converged: null });
    await quantity.rehearse(network);
    await quantity.release();
  });

  it('are of the batch of the update where there is one, of any size but one example', async () => {
    const given = caseOf(objectives['relu']!, 12);
    const parts = [[0, 1, 2, 3, 4], [5, 6, 7], [8]];
    const network = measured(runtime, { ...given, examples: subset(given, parts[0]!) }, 5);
    const { inputShape } = given.objective.model;
    const batchAt = (iteration: number) =>
      new ChunkedExamples(subset(given, parts[iteration]!), inputShape, 5, runtime.backend);
    const quantity = await createQuantity(tests, { network, seed: 1, batchAt });
    const { readings } = await quantity.measure(network, moment({ iteration: 1 }));
    const expected = byHand({ ...given, examples: subset(given, parts[1]!) }, 0.1);
    expectClose(valuesIn(readings, 'batch.normTest'), [expected['batch.normTest']], { relative: 1e-4 });
    expect(readingIn(readings, 'batch.normTest').examples).toBe(3);
    expect((await quantity.measure(network, moment({ iteration: 2 }))).readings).toEqual([]);
    await quantity.release();
  });

  it.each(['relu', 'squared error', 'tempered cross-entropy', 'L2 penalty'])(
    'have the Takeuchi criterion of explicit gradients and a dense curvature, for %s',
    async (name) => {
      // An affine classifier: the Gauss–Newton matrix is the Hessian, which differences give. ReLU: its diagonal is.
      const objective = objectives[name]!;
      const model = name === 'relu' ? objective.model : createModel('affine', [4], mlp([], 3));
      const given = caseOf({ ...objective, model }, 6);
      const network = measured(runtime, given, 4);
      const quantity = await createQuantity(tic, { network, seed: 1 });
      const { readings } = await quantity.measure(network, moment());
      const rows = singleGradients(given);
      const second = rows[0]!.map((_, j) => average(rows.map((row) => row[j]! ** 2)));
      const h = differenceHessian(given, 6).map((row, j) => row[j]!);
      const trace = total(second) / (total(h) + 1e-7);
      expectClose(valuesIn(readings, 'batch.ticTrace'), [trace], { relative: 1e-3 }, 'trace');
      const diagonal = total(second.map((value, j) => value / (h[j]! + 1e-7)));
      expectClose(valuesIn(readings, 'batch.ticDiagonal'), [diagonal], { relative: 5e-3 }, 'diagonal');
      await quantity.rehearse(network);
      await quantity.release();
    },
  );

  it('have a histogram of all elements, with those outside in the outermost bins and counted', async () => {
    const given = caseOf(objectives['relu']!, 7);
    const network = measured(runtime, given, 3);
    const quantity = await createQuantity(histogram, { network, seed: 1 });
    const { readings } = await quantity.measure(network, moment());
    const elements = singleGradients(given).flatMap((row) => Array.from(row));
    const bins = new Array<number>(8).fill(0);
    for (const value of elements) bins[Math.min(7, Math.max(0, Math.floor((value + 0.5) * 8)))]!++;
    expect(valuesIn(readings, 'batch.gradientHistogram')).toEqual(bins);
    expect(
      readings.flatMap(({ series, coordinate }) => (series === 'batch.gradientHistogram' ? [coordinate] : [])),
    ).toEqual([-7, -5, -3, -1, 1, 3, 5, 7].map((odd) => odd / 16));
    const outside = elements.filter((value) => Math.abs(value) > 0.5).length;
    expect(outside).toBeGreaterThan(0);
    expect(readingIn(readings, 'batch.gradientOutliers').value).toBe(outside / elements.length);
    await quantity.rehearse(network);
    await quantity.release();
  });

  it.each([tests, tic, histogram])('of kind $kind are refused for batch normalisation in train mode', async (kind) => {
    const network = measured(runtime, caseOf(objectives['batchNorm']!, 4), 4, { mode: 'train' });
    await expect(createQuantity(kind, { network, seed: 1 })).rejects.toMatchObject({ code: 'NO_PER_EXAMPLE_RULE' });
  });
});
