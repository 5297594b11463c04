import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batchCovarianceFactor,
  createEmpiricalFisher,
  createFullGradient,
  createGradientCovariance,
} from '../../src/curvature/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose, inner } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import {
  caseOf,
  flatParameters,
  gradientFunction,
  measured,
  models,
  objectives,
  randomVector,
  type Case,
} from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

/** The gradient of each example alone, by the reference interpreter in float64. */
const singleGradients = (given: Case): Float64Array[] =>
  Array.from({ length: given.examples.count }, (_, index) => gradientFunction(given, [index])(flatParameters(given)));

const meanOf = (rows: readonly Float64Array[]): Float64Array =>
  rows[0]!.map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length);

const without = (rows: readonly Float64Array[], centre: Float64Array): Float64Array[] =>
  rows.map((row) => row.map((value, at) => value - centre[at]!));

/** `Σ r_i (r_i·v)` */
function outerProducts(rows: readonly Float64Array[], v: ArrayLike<number>): Float64Array {
  const slopes = rows.map((row) => inner(row, v));
  return rows[0]!.map((_, at) => rows.reduce((sum, row, index) => sum + row[at]! * slopes[index]!, 0));
}

describe('products with sums over gradients of single examples, formed one by one in float64, to 1e-5', () => {
  const kinds = Object.entries(objectives);

  it.each(kinds)('gradient covariance: %s', async (_, objective) => {
    const given = caseOf(objective);
    const rows = singleGradients(given);
    const operator = await createGradientCovariance(measured(runtime, given));
    const v = randomVector(operator.size);
    const expected = outerProducts(without(rows, meanOf(rows)), v).map((sum) => sum / (rows.length - 1));
    expectClose(await operator.apply(v), expected, { relative: 1e-5 });
    await operator.release();
  });

  it.each(kinds.filter(([, { penalty }]) => !penalty))('empirical Fisher matrix: %s', async (_, objective) => {
    const given = caseOf(objective);
    const rows = singleGradients(given);
    const operator = await createEmpiricalFisher(measured(runtime, given));
    const v = randomVector(operator.size);
    const expected = outerProducts(rows, v).map((sum) => sum / rows.length);
    expectClose(await operator.apply(v), expected, { relative: 1e-5 });
    await operator.release();
  });
});

describe('the gradient covariance', () => {
  const given = caseOf({ model: models.residual, loss: crossEntropy }, 6);
  const v = randomVector(flatParameters(given).length);

  it('and the outer product of the mean gradient make the empirical Fisher matrix', async () => {
    const network = measured(runtime, given);
    const [covariance, fisher, full] = [
      await createGradientCovariance(network),
      await createEmpiricalFisher(network),
      await createFullGradient(network),
    ];
    const { gradient } = await full.at(given);
    const Cv = await covariance.apply(v);
    const slope = inner(gradient, v);
    const expected = Float64Array.from(Cv, (value, at) => (5 / 6) * value + slope * gradient[at]!);
    expectClose(await fisher.apply(v), expected, { relative: 1e-5 });
    for (const part of [covariance, fisher, full]) await part.release();
  });

  it('is symmetric, does not depend on the chunks but for rounding, and gives the same bits twice', async () => {
    const [whole, chunks] = [
      await createGradientCovariance(measured(runtime, given, 6)),
      await createGradientCovariance(measured(runtime, given, 4)),
    ];
    const u = randomVector(whole.size, 2);
    const [Cu, Cv] = [await whole.apply(u), await whole.apply(v)];
    expectClose([inner(u, Cv)], [inner(Cu, v)], { relative: 1e-5 });
    expectClose(await chunks.apply(v), Cv, { relative: 1e-6 });
    expect(await whole.apply(v)).toEqual(Cv);
    await whole.release();
    await chunks.release();
  });

  it('takes vectors in blocks, each with its own slope', async () => {
    const operator = await createGradientCovariance(measured(runtime, given), { block: 2, parameters: ['0', '2'] });
    const vectors = [1, 2, 3].map((seed) => randomVector(operator.size, seed));
    const together = await operator.applyMany(vectors);
    for (const [index, vector] of vectors.entries())
      expectClose(together[index]!, await operator.apply(vector), { relative: 1e-6 });
    await operator.release();
  });

  it('keeps its precision where all gradients nearly agree', async () => {
    const { objective, examples } = caseOf({ model: models.tanh, loss: crossEntropy }, 4);
    const inputs = examples.inputs.map((_, index) => examples.inputs[index % 4]! * (1 + 1e-3 * index));
    const alike = { ...caseOf(objective, 4), examples: { inputs, labels: [1, 1, 1, 1], count: 4 } };
    const rows = singleGradients(alike);
    const operator = await createGradientCovariance(measured(runtime, alike));
    const direction = Float32Array.from(meanOf(rows));
    const expected = outerProducts(without(rows, meanOf(rows)), direction).map((sum) => sum / 3);
    expectClose(await operator.apply(direction), expected, { relative: 1e-3 });
    await operator.release();
  });

  it('refuses batch normalisation in train mode, a single example, and no examples', async () => {
    const coupled = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const train = measured(runtime, coupled, 4, { mode: 'train' });
    for (const [name, create] of [
      ['gradient-covariance', createGradientCovariance],
      ['empirical-fisher', createEmpiricalFisher],
    ] as const)
      await expect(create(train)).rejects.toMatchObject({
        code: 'USAGE',
        message: `${name}: expected examples with gradients of their own, got batch normalisation in train mode, which couples the examples of a chunk; take its running statistics (batchNorm: running; in the library mode "evaluate")`,
      });
    const single = caseOf({ model: models.tanh, loss: crossEntropy }, 1);
    await expect(createGradientCovariance(measured(runtime, single))).rejects.toThrow(
      'gradient-covariance: expected at least two examples, got 1',
    );
    await expect(
      createGradientCovariance(
        measured(runtime, { ...single, examples: { inputs: new Float32Array(0), labels: [], count: 0 } }),
      ),
    ).rejects.toThrow('gradient-covariance: expected at least two examples, got 0');
  });
});

describe('the covariance of the gradient of a batch', () => {
  const values = [1, 4, -2, 7];
  const mean = 2.5;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
  const varianceOver = (batches: readonly (readonly number[])[]): number =>
    batches.reduce((sum, batch) => sum + (batch.reduce((a, b) => a + b, 0) / batch.length - mean) ** 2, 0) /
    batches.length;
  const pairs = values.flatMap((a, i) => values.map((b, j) => [a, b, i, j] as const));

  it('with and without replacement is that of all batches there are', () => {
    const all = pairs.map(([a, b]) => [a, b]);
    const different = pairs.filter(([, , i, j]) => i !== j).map(([a, b]) => [a, b]);
    expectClose([batchCovarianceFactor(4, 2, 'with-replacement') * variance], [varianceOver(all)], { relative: 1e-12 });
    expectClose([batchCovarianceFactor(4, 2, 'without-replacement') * variance], [varianceOver(different)], {
      relative: 1e-12,
    });
    expect(batchCovarianceFactor(4, 4, 'without-replacement')).toBe(0);
    expect(batchCovarianceFactor(4, 8, 'independent')).toBe(1 / 8);
  });

  it('refuses batches that there are not', () => {
    expect(() => batchCovarianceFactor(4, 5, 'without-replacement')).toThrow(
      'batch covariance: expected a batch of 1 to 4 of 4 examples, got 5',
    );
    expect(() => batchCovarianceFactor(4, 0, 'with-replacement')).toThrow('got 0');
  });
});
