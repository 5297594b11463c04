import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGradientCovariance, createHessian } from '../../src/curvature/index.ts';
import { hutchinsonTrace, leadingEigenpairs, type LinearOperator } from '../../src/linop/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { goldenNames, networkOf, readGolden } from './golden.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

/** Fails unless the estimated trace lies within four standard errors of the exact one, and these are a few per cent of it. */
async function expectTrace(operator: LinearOperator, exact: number): Promise<void> {
  const { value, standardError } = await hutchinsonTrace(operator, { seed: 1, relativeError: 0.03, maxProducts: 400 });
  expect(Math.abs(value - exact)).toBeLessThan(4 * standardError);
  expect(standardError / Math.abs(exact)).toBeLessThan(0.06);
}

describe.each(goldenNames)('%s agrees with PyTorch in float64', (name, chunk) => {
  const golden = readGolden(name);

  it('in the five leading eigenvalues of the Hessian, to 1e-4', async () => {
    const hessian = await createHessian(networkOf(runtime, golden, golden.hessian.mode, chunk));
    const { pairs } = await leadingEigenpairs(hessian, { k: 5, seed: 1, tolerance: 1e-3 });
    expectClose(
      pairs.map(({ value }) => value),
      golden.hessian.eigenvalues,
      { relative: 1e-4 },
    );
    await hessian.release();
  });

  const { trace } = golden.hessian;
  it.runIf(trace !== undefined)('in the trace of the Hessian, within the error of the estimate', async () => {
    const hessian = await createHessian(networkOf(runtime, golden, golden.hessian.mode, chunk));
    await expectTrace(hessian, trace!);
    await hessian.release();
  });

  it('in the trace of the gradient covariance, within the error of the estimate', async () => {
    const covariance = await createGradientCovariance(networkOf(runtime, golden, golden.covariance.mode, chunk));
    await expectTrace(covariance, golden.covariance.trace);
    await covariance.release();
  });
});
