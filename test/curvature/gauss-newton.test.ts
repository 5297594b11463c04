import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grad } from '../../src/autodiff/index.ts';
import { createGaussNewton, createHessian } from '../../src/curvature/index.ts';
import { createModel, crossEntropy, dense, l2Penalty } from '../../src/nn/index.ts';
import { input, interpret, sum } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { expectClose, inner } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import {
  caseOf,
  chunksOf,
  differences,
  flatParameters,
  interpreted,
  measured,
  models,
  objectives,
  randomVector,
  times,
  type Case,
} from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

/** Scores of a chunk as a function of θ. */
const scoresOf = (given: Case, indices: readonly number[], mode: 'train' | 'evaluate') =>
  interpreted(given, indices, ({ parameters, buffers }, x) => [
    given.objective.model.forward(parameters, buffers, x, mode).scores,
  ]);

/** `Σ_i ∂ℓ_i/∂s` as a function of the scores of a chunk. */
function scoreGradient({ objective, examples }: Case, indices: readonly number[]) {
  const shape = [indices.length, objective.model.classes];
  const [scores, labels] = [
    input('scores', { dtype: 'float64', shape }),
    input('labels', { dtype: 'int64', shape: [indices.length] }),
  ];
  const slope = grad((s: Tensor) => sum(objective.loss(s, labels)))(scores);
  const targets = { shape: [indices.length], data: Float64Array.from(indices, (index) => examples.labels[index]!) };
  return (values: Float64Array<ArrayBuffer>): Float64Array =>
    interpret([slope], { scores: { shape, data: values }, labels: targets })[0]!.data;
}

/** `1/N Σ JᵀHJ·v` with J and H by central differences in float64, chunk by chunk. */
function differenceProduct(given: Case, size: number, mode: 'train' | 'evaluate', v: ArrayLike<number>): Float64Array {
  const theta = flatParameters(given);
  const { count } = given.examples;
  const total = new Float64Array(theta.length);
  for (const indices of chunksOf(count, size)) {
    const scores = scoresOf(given, indices, mode);
    const jacobian = differences(scores, theta);
    const along = Float64Array.from(jacobian[0]!, (_, at) =>
      inner(
        jacobian.map((row) => row[at]!),
        v,
      ),
    );
    const curved = times(differences(scoreGradient(given, indices), Float64Array.from(scores(theta))), along);
    jacobian.forEach((row, at) => (total[at]! += inner(row, curved) / count));
  }
  return total;
}

describe('a Gauss–Newton product is that of JᵀHJ, by differences of scores and losses in float64, to 1e-5', () => {
  it.each(Object.entries(objectives).filter(([name]) => name !== 'hinge'))('%s', async (_, objective) => {
    const given = caseOf(objective);
    const operator = await createGaussNewton(measured(runtime, given));
    const v = randomVector(operator.size);
    expectClose(await operator.apply(v), differenceProduct(given, 7, 'evaluate', v), { relative: 1e-5 });
    await operator.release();
  });

  it('batch normalisation in train mode, by the statistics of each chunk', async () => {
    const given = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const operator = await createGaussNewton(measured(runtime, given, 4, { mode: 'train' }));
    const v = randomVector(operator.size);
    expectClose(await operator.apply(v), differenceProduct(given, 4, 'train', v), { relative: 1e-5 });
    await operator.release();
  });
});

describe('the Gauss–Newton matrix', () => {
  it('is zero for the hinge, whose loss is piecewise linear in the scores', async () => {
    const operator = await createGaussNewton(measured(runtime, caseOf(objectives['hinge']!)));
    expect((await operator.apply(randomVector(operator.size))).every((value) => value === 0)).toBe(true);
    await operator.release();
  });

  it('is the Hessian of a classifier that is affine in its parameters', async () => {
    const given = caseOf({ model: createModel('affine', [4], dense(3)), loss: crossEntropy });
    const [gaussNewton, hessian] = [
      await createGaussNewton(measured(runtime, given)),
      await createHessian(measured(runtime, given)),
    ];
    const v = randomVector(hessian.size);
    expectClose(await gaussNewton.apply(v), await hessian.apply(v), { relative: 1e-6 });
    await gaussNewton.release();
    await hessian.release();
  });

  it('is the Hessian in the top layer of any network, for cross-entropy', async () => {
    const given = caseOf({ model: models.normalised, loss: crossEntropy });
    const options = { parameters: ['3'] };
    const [gaussNewton, hessian] = [
      await createGaussNewton(measured(runtime, given), options),
      await createHessian(measured(runtime, given), options),
    ];
    const v = randomVector(hessian.size);
    expectClose(await gaussNewton.apply(v), await hessian.apply(v), { relative: 1e-6 });
    await gaussNewton.release();
    await hessian.release();
  });

  it('knows no penalty', async () => {
    const bare = caseOf({ model: models.tanh, loss: crossEntropy });
    const penalty = (p: Readonly<Record<string, Tensor>>) => l2Penalty(p, { strength: 1, biases: true });
    const penalised = { ...bare, objective: { ...bare.objective, penalty } };
    const [one, other] = [
      await createGaussNewton(measured(runtime, bare)),
      await createGaussNewton(measured(runtime, penalised)),
    ];
    const v = randomVector(one.size);
    expect(await other.apply(v)).toEqual(await one.apply(v));
    await one.release();
    await other.release();
  });

  it('is symmetric, positive for cross-entropy, and gives the same bits twice', async () => {
    const operator = await createGaussNewton(measured(runtime, caseOf({ model: models.relu, loss: crossEntropy })));
    const [u, v] = [randomVector(operator.size, 1), randomVector(operator.size, 2)];
    const [Gu, Gv] = [await operator.apply(u), await operator.apply(v)];
    expectClose([inner(u, Gv)], [inner(Gu, v)], { relative: 1e-5 });
    expect(inner(u, Gu)).toBeGreaterThan(0);
    expect(await operator.apply(u)).toEqual(Gu);
    await operator.release();
  });
});
