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

/** `Σ_j e_jᵀAe_j`: a product for each parameter. */
async function exactTrace(operator: LinearOperator): Promise<number> {
  let total = 0;
  for (let j = 0; j < operator.size; j++) {
    const unit = new Float32Array(operator.size);
    unit[j] = 1;
    total += (await operator.apply(unit))[j]!;
  }
  return total;
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

  const { blockTraces } = golden.hessian;
  it.runIf(blockTraces !== undefined)('in exact traces of blocks of the Hessian with batch statistics', async () => {
    const network = networkOf(runtime, golden, golden.hessian.mode, chunk);
    for (const [parameter, expected] of Object.entries(blockTraces!)) {
      const block = await createHessian(network, { parameters: [parameter] });
      expectClose([await exactTrace(block)], [expected], { relative: 1e-4 }, parameter);
      await block.release();
    }
  });

  it('in the trace of the gradient covariance, within the error of the estimate', async () => {
    const covariance = await createGradientCovariance(networkOf(runtime, golden, golden.covariance.mode, chunk));
    await expectTrace(covariance, golden.covariance.trace);
    await covariance.release();
  });
});
