import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grad } from '../../src/autodiff/index.ts';
import { hostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { constant, exp, mean, mul, neg } from '../../src/ops/index.ts';
import { createQuantity, type Measurement } from '../../src/quantities/index.ts';
import type { Objective } from '../../src/train/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  caseOf,
  differenceHessian,
  differences,
  flatParameters,
  interpreted,
  measured,
  objectives,
  type Case,
} from '../curvature/support.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { covarianceOf, meanRow, moment, readingIn, singleGradients, valuesIn } from './support.ts';

const specification = {
  kind: 'covariance-alignment',
  k: 3,
  tolerance: 1e-5,
  maxProducts: 400,
  probes: 40,
} as const;

/** Dense H, C and F of a case in float64: gradients by the reference interpreter, H by their differences. */
function denseMatrices(given: Case) {
  const { model, loss }: Objective = given.objective;
  const bare = { ...given, objective: { model, loss } };
  const rows = singleGradients(bare);
  const centre = meanRow(rows);
  const C = new Matrix(covarianceOf(rows).map((row) => [...row]));
  const n = rows.length;
  const F = new Matrix(
    Array.from(centre, (_, j) =>
      Array.from(centre, (__, k) => rows.reduce((sum, row) => sum + row[j]! * row[k]!, 0) / n),
    ),
  );
  const H = new Matrix(differenceHessian(given, n).map((row) => [...row]));
  return { H: Matrix.add(H, H.transpose()).mul(0.5), C, F };
}

/** Orthonormal leading eigenvectors by absolute value, as columns, with their values. */
function leading(a: Matrix, k: number): { values: number[]; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(a, { assumeSymmetric: true });
  const order = realEigenvalues
    .map((value, index) => [value, index] as const)
    .sort(([one], [other]) => Math.abs(other) - Math.abs(one))
    .slice(0, k);
  return {
    values: order.map(([value]) => value),
    vectors: eigenvectorMatrix.subMatrixColumn(order.map(([, index]) => index)),
  };
}

const within = (a: Matrix, vectors: Matrix): Matrix => vectors.transpose().mmul(a).mmul(vectors);
const spectral = (a: Matrix): number => Math.max(...new SingularValueDecomposition(a).diagonal);

describe('the alignment of Hessian and gradient covariance', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  const measure = async (given: Case): Promise<Measurement> => {
    const network = measured(runtime, given, 4);
    const quantity = await createQuantity(specification, { network, seed: 1 });
    try {
      return await quantity.measure(network, moment());
    } finally {
      await quantity.release();
    }
  };

  it.each(['tanh', 'L2 penalty', 'squared error'])('of %s is that of dense float64 matrices', async (name) => {
    const given = caseOf(objectives[name]!, 9);
    const { readings, converged, products } = await measure(given);
    const { H, C, F } = denseMatrices(given);
    const R = Matrix.sub(H, F);
    const [ofH, ofC] = [leading(H, 3), leading(C, 3)];
    const cosines = new SingularValueDecomposition(ofH.vectors.transpose().mmul(ofC.vectors)).diagonal;
    const [h, c, r] = [H, C, R].map((matrix) => within(matrix, ofH.vectors)) as [Matrix, Matrix, Matrix];
    const close = (series: Parameters<typeof valuesIn>[1], expected: readonly number[]): void =>
      expectClose(valuesIn(readings, series), expected, { relative: 2e-3, absolute: 1e-5 }, series);
    close('alignment.hessianEigenvalue', ofH.values);
    close('alignment.covarianceEigenvalue', ofC.values);
    close(
      'alignment.angle',
      cosines.map((cosine) => Math.acos(Math.min(1, cosine))).sort((a, b) => a - b),
    );
    close('alignment.overlap', [cosines.reduce((sum, cosine) => sum + cosine ** 2, 0) / 3]);
    close(
      'alignment.ratio',
      c.diagonal().map((value, index) => value / h.get(index, index)),
    );
    close('alignment.cosine', [Matrix.mul(c, h).sum() / (c.norm() * h.norm())]);
    close('alignment.residualFrobenius', [r.norm() / h.norm()]);
    close('alignment.residualSpectral', [spectral(r) / spectral(h)]);
    expect(converged).toBe(true);
    expect(products).toBeGreaterThan(2 * (3 + 40));
    for (const [series, expected] of [
      ['alignment.hessianTrace', H.trace()],
      ['alignment.covarianceTrace', C.trace()],
      ['alignment.traceProduct', C.mmul(H).trace()],
      ['alignment.residualTrace', R.trace()],
    ] as const) {
      const { value, standardError } = readingIn(readings, series);
      expect(Math.abs(value - expected) / standardError!, series).toBeLessThan(4);
      expect(standardError!, series).toBeLessThan(0.5 * Math.abs(H.norm()) + Math.abs(expected));
    }
  });

  it('leaves as residual the sum of equation 3 of paper W, for cross-entropy', async () => {
    const given = caseOf(objectives['tanh']!, 6);
    const all = [0, 1, 2, 3, 4, 5];
    const probability = (theta: Record<string, Tensor>, buffers: Record<string, Tensor>, x: Tensor, labels: Tensor) =>
      exp(neg(crossEntropy(given.objective.model.forward(theta, buffers, x, 'evaluate').scores, labels)));
    const theta = flatParameters(given);
    const p = interpreted(given, all, (at, x, labels) => [probability(at.parameters, at.buffers, x, labels)])(theta);
    // ∂ℓ_i/∂p_i = −1/p_i, held fixed while p_i is differentiated twice.
    const slopes = constant(
      hostTensor(
        'float64',
        [6],
        p.map((value) => -1 / value),
      ),
    );
    const gradient = interpreted(given, all, ({ parameters, buffers }, x, labels) =>
      Object.values(
        grad((at: Record<string, Tensor>) => mean(mul(slopes, probability(at, buffers, x, labels))))(parameters),
      ),
    );
    const sum = new Matrix(differences(gradient, theta).map((row) => [...row]));
    const { H, F } = denseMatrices(given);
    expectClose(Matrix.sub(H, F).to1DArray(), sum.to1DArray(), { relative: 1e-6 }, 'H − F');
    const { readings } = await measure(given);
    const { value, standardError } = readingIn(readings, 'alignment.residualTrace');
    expect(Math.abs(value - sum.trace())).toBeLessThan(4 * standardError!);
    const { vectors } = leading(H, 3);
    expectClose(
      valuesIn(readings, 'alignment.residualFrobenius'),
      [within(sum, vectors).norm() / within(H, vectors).norm()],
      { relative: 2e-3 },
    );
  });

  it('gives eigenvectors of both when they are asked for, and refuses more than there are parameters', async () => {
    const network = measured(runtime, caseOf(objectives['tanh']!, 9), 4);
    const quantity = await createQuantity({ ...specification, k: 1 }, { network, seed: 1 });
    const { tensors } = await quantity.measure(network, moment(), { tensors: true });
    expect(Object.keys(tensors)).toEqual(['alignment.hessianEigenvector.1', 'alignment.covarianceEigenvector.1']);
    await quantity.rehearse(network);
    await quantity.release();
    await expect(createQuantity({ ...specification, k: 999 }, { network, seed: 1 })).rejects.toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: 'covariance-alignment: expected k of at most 43 (the number of parameters), got 999',
    });
  });

  it('is refused for batch normalisation in train mode', async () => {
    const network = measured(runtime, caseOf(objectives['batchNorm']!, 4), 4, { mode: 'train' });
    await expect(createQuantity(specification, { network, seed: 1 })).rejects.toThrow(
      /batch normalisation in train mode/,
    );
  });
});
