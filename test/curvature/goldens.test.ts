import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFloat64 } from '../../src/base/index.ts';
import {
  createFullGradient,
  createGradientCovariance,
  createHessian,
  type ParameterLayout,
} from '../../src/curvature/index.ts';
import { dot, type Vector } from '../../src/linop/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { expectSummaries, valueOf } from '../support/golden-models.ts';
import { cpuRuntime } from '../train/support.ts';
import { goldenNames, networkOf, readGolden, signsOf } from './golden.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

/** The direction of a golden. */
const directionOf = (layout: ParameterLayout): Vector =>
  layout.flatten(
    Object.fromEntries(layout.entries.map(({ name, shape }) => [name, valueOf(`x/${name}/vector`, shape)])),
  );

const byName = (layout: ParameterLayout, vector: Vector): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(layout.unflatten(vector)).map(([name, tensor]) => [name, toFloat64(tensor)]));

describe.each(goldenNames)('%s agrees with PyTorch in float64 to 1e-4', (name, chunk) => {
  const golden = readGolden(name);

  it('loss and gradient', async () => {
    const network = networkOf(runtime, golden, golden.hessian.mode, chunk);
    const full = await createFullGradient(network);
    const { loss, gradient } = await full.at(network);
    expectClose([loss], [golden.hessian.loss], { relative: 1e-5 }, 'loss');
    expectSummaries('gradient', byName(full.layout, gradient), golden.hessian.gradient, 1e-4);
    await full.release();
  });

  it('Hessian-vector product', async () => {
    const hessian = await createHessian(networkOf(runtime, golden, golden.hessian.mode, chunk));
    const product = await hessian.apply(directionOf(hessian.layout));
    expectSummaries('product', byName(hessian.layout, product), golden.hessian.product, 1e-4);
    await hessian.release();
  });

  it('quadratic forms of the Hessian with signs, the samples of Hutchinson’s trace', async () => {
    const hessian = await createHessian(networkOf(runtime, golden, golden.hessian.mode, chunk));
    const signs = golden.hessian.quadraticForms.map((_, k) => signsOf(hessian.layout, k));
    const forms = (await hessian.applyMany(signs)).map((product, k) => dot(signs[k]!, product));
    expect(forms).toHaveLength(3);
    expectClose(forms, golden.hessian.quadraticForms, { relative: 1e-4 });
    await hessian.release();
  });

  it('product with the gradient covariance', async () => {
    const covariance = await createGradientCovariance(networkOf(runtime, golden, golden.covariance.mode, chunk));
    const product = await covariance.apply(directionOf(covariance.layout));
    expectSummaries('product', byName(covariance.layout, product), golden.covariance.product, 1e-4);
    await covariance.release();
  });
});
