import { describe, expect, it } from 'vitest';
import {
  createEmpiricalFisher,
  createGaussNewton,
  createGradientCovariance,
  createHessian,
} from '../../src/curvature/index.ts';
import { toDense } from '../../src/linop/index.ts';
import { createQuantity } from '../../src/quantities/index.ts';
import { caseOf, measured, models, objectives } from '../curvature/support.ts';
import { measure, quantityOf, readingOf, runtimeOfFile } from './support.ts';

const matrices = {
  hessian: ['hessian.trace', createHessian],
  'gauss-newton': ['gaussNewton.trace', createGaussNewton],
  fisher: ['fisher.trace', createEmpiricalFisher],
  'gradient-covariance': ['gradientCovariance.trace', createGradientCovariance],
} as const;
type Matrix = keyof typeof matrices;
const names = Object.keys(matrices) as Matrix[];

describe('the trace of a matrix over the parameters', () => {
  const runtime = runtimeOfFile();
  const network = () => measured(runtime(), caseOf(objectives['tanh']!, 20), 8);

  /** The sum of the diagonal of the dense matrix. */
  async function exactTrace(matrix: Matrix, parameters?: readonly string[]): Promise<number> {
    const operator = await matrices[matrix][1](network(), parameters ? { parameters } : {});
    const dense = await toDense(operator);
    await operator.release();
    return Array.from({ length: operator.size }, (_, k) => dense[k * operator.size + k]!).reduce((a, b) => a + b, 0);
  }

  it.each(names)('%s is the sum of its diagonal within four standard errors', async (matrix) => {
    const found = await measure('hessian-trace', { matrix, relativeError: 0.1 }, network());
    const { value, standardError, examples } = readingOf(found, matrices[matrix][0]);
    expect(found.readings).toHaveLength(1);
    expect(examples).toBe(20);
    expect(Math.abs(value - (await exactTrace(matrix)))).toBeLessThan(4 * standardError!);
    if (found.converged) expect(standardError!).toBeLessThanOrEqual(0.1 * Math.abs(value));
  });

  it('by Hutch++ is exact where the budget spans everything, and within its error where not', async () => {
    const exact = await exactTrace('hessian');
    const all = await measure('hessian-trace', { method: 'hutch++', maxProducts: 300 }, network());
    const { value, standardError } = readingOf(all, 'hessian.trace');
    expect(value).toBeCloseTo(exact, 4);
    expect(standardError).toBeLessThan(1e-6);
    const part = await measure('hessian-trace', { method: 'hutch++', maxProducts: 60 }, network());
    const estimate = readingOf(part, 'hessian.trace');
    expect(Math.abs(estimate.value - exact)).toBeLessThan(4 * estimate.standardError! + 1e-5);
    expect(part.products).toBeLessThanOrEqual(60);
  });

  it('of chosen parameters is that of their block', async () => {
    const parameters = ['3'];
    const found = await measure(
      'hessian-trace',
      { parameters, distribution: 'gaussian', relativeError: 0.1 },
      network(),
    );
    const { value, standardError } = readingOf(found, 'hessian.trace');
    expect(Math.abs(value - (await exactTrace('hessian', parameters)))).toBeLessThan(4 * standardError!);
  });

  it('says when its budget did not suffice, and measures at another point by the same programs', async () => {
    const specification = quantityOf('hessian-trace', { relativeError: 1e-6, maxProducts: 12 });
    const here = network();
    const quantity = await createQuantity(specification, { network: here, seed: 1 });
    const moment = { iteration: 0, learningRate: 1, momentum: 0, batchSize: 1 };
    await quantity.rehearse(here);
    const first = await quantity.measure(here, moment);
    expect(first).toMatchObject({ converged: false, products: 12 });
    const other = caseOf(objectives['tanh']!, 20, 5);
    const second = await quantity.measure(other, moment);
    expect(second.readings[0]!.value).not.toBe(first.readings[0]!.value);
    expect((await quantity.measure(here, moment)).readings).toEqual(first.readings);
    await quantity.release();
  });

  it('of a covariance refuses batch statistics, which leave an example no gradient of its own', async () => {
    const coupled = measured(runtime(), caseOf({ ...objectives['tanh']!, model: models.batchNorm }), 4, {
      mode: 'train',
    });
    for (const matrix of ['fisher', 'gradient-covariance'] as const)
      await expect(measure('hessian-trace', { matrix }, coupled)).rejects.toMatchObject({ code: 'USAGE' });
    const found = await measure('hessian-trace', { maxProducts: 4 }, coupled);
    expect(readingOf(found, 'hessian.trace').value).not.toBeNaN();
  });
});
