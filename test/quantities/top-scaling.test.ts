import { describe, expect, it } from 'vitest';
import { createHessian, evaluateExamples } from '../../src/curvature/index.ts';
import { toDense } from '../../src/linop/index.ts';
import { createModel, crossEntropy, mlp } from '../../src/nn/index.ts';
import { caseOf, measured, objectives, type Case } from '../curvature/support.ts';
import { measure, readingsOf, runtimeOfFile } from './support.ts';

const series = ['topScaling.trace', 'topScaling.spectralNorm', 'topScaling.largestEntry'] as const;

describe('second derivatives with the top layer scaled', () => {
  const runtime = runtimeOfFile();

  /** A case whose labels are what the network predicts, but for so many wrong ones. */
  async function fitted(wrong = 0): Promise<Case> {
    const given = caseOf(objectives['tanh']!, 6);
    const candidates = [0, 1, 2].map((label) => ({
      ...given,
      examples: { ...given.examples, labels: new Array<number>(6).fill(label) },
    }));
    const columns = await Promise.all(
      candidates.map((candidate) => evaluateExamples(measured(runtime(), candidate, 6))),
    );
    const best = given.examples.labels.length === 6 ? [0, 1, 2, 3, 4, 5] : [];
    const labels = best.map((index) => columns.findIndex(({ correct }) => correct[index] === 1));
    return {
      ...given,
      examples: { ...given.examples, labels: labels.map((label, index) => (index < wrong ? (label + 1) % 3 : label)) },
    };
  }

  it('all go to zero on a fully fitted set, far below what float32 resolves', async () => {
    const alphas = [1, 16, 256, 4096, 65536];
    const found = await measure('top-scaling', { alphas }, measured(runtime(), await fitted(), 6));
    expect(found.converged).toBe(true);
    for (const name of series) {
      const readings = readingsOf(found, name);
      expect(readings.map(({ coordinate }) => coordinate)).toEqual(alphas);
      const sizes = readings.map(({ value }) => Math.abs(value));
      expect(sizes[0]).toBeGreaterThan(0.01);
      expect(sizes.at(-1)).toBeLessThan(1e-30);
      expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[2]!);
    }
    expect(readingsOf(found, 'topScaling.changed').map(({ value }) => value)).toEqual(alphas.map(() => 0));
  });

  it('grow where an example is wrong', async () => {
    const found = await measure('top-scaling', { alphas: [1, 64] }, measured(runtime(), await fitted(1), 6));
    const [first, last] = readingsOf(found, 'topScaling.largestEntry').map(({ value }) => value) as [number, number];
    expect(last).toBeGreaterThan(0.1 * first);
  });

  it('at α = 1 are those of the network', async () => {
    const given = caseOf(objectives['tanh']!, 6);
    const found = await measure('top-scaling', { alphas: [1] }, measured(runtime(), given, 4));
    const hessian = await createHessian(measured(runtime(), given, 6, { dtype: 'float64' }));
    const [dense, size] = [await toDense(hessian), hessian.size];
    await hessian.release();
    const [trace, norm, largest] = series.map((name) => readingsOf(found, name)[0]!.value) as [number, number, number];
    const diagonal = Array.from({ length: size }, (_, k) => dense[k * size + k]!);
    expect(trace).toBeCloseTo(
      diagonal.reduce((a, b) => a + b),
      10,
    );
    expect(largest).toBeCloseTo(Math.max(...dense.map(Math.abs)), 12);
    // ‖H‖_F² is between the squared norm and n times it; the norm is at least the largest entry.
    expect(norm).toBeGreaterThanOrEqual(largest);
    expect(norm).toBeLessThanOrEqual(Math.hypot(...dense));
    expect(found.products).toBe(size);
  });

  it('are refused for networks whose dense Hessian is too large', async () => {
    const model = createModel('large', [80], mlp([50], 10));
    const large = measured(runtime(), caseOf({ model, loss: crossEntropy }, 2), 2);
    await expect(measure('top-scaling', {}, large)).rejects.toThrow(
      'top-scaling: expected at most 4096 parameters, got 4560',
    );
  });
});
