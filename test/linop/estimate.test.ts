import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import {
  estimateMean,
  fewestProbes,
  probeVector,
  RunningMoments,
  type ProbeDistribution,
} from '../../src/linop/index.ts';
import { expectClose, inner } from '../support/close.ts';

/** Samples `mean + deviation·N(0, 1)`, a product each. */
function gaussianSampling(mean: number, deviation: number) {
  return {
    subject: 'test',
    sample: async (first: number, count: number) => ({
      samples: Array.from({ length: count }, (_, at) => [
        mean + deviation * randomStream(1, 'sample', first + at).normal(),
      ]),
      products: count,
    }),
  };
}

describe('the mean of samples', () => {
  it('stops at the first probe whose standard error is small enough', async () => {
    const sampling = gaussianSampling(5, 1);
    const { values, standardErrors, probes, converged } = await estimateMean(sampling, {
      seed: 1,
      relativeError: 0.02,
    });
    expect(converged).toBe(true);
    expect(standardErrors[0]! / values[0]!).toBeLessThanOrEqual(0.02);
    // 1/(5·√100) = 0.02; the spread of 100 samples is known within some 20 %.
    expect(probes).toBeGreaterThan(60);
    expect(probes).toBeLessThan(160);
    const before = await estimateMean(sampling, { seed: 1, relativeError: 0.02, maxProducts: probes - 1 });
    expect(before).toMatchObject({ converged: false, probes: probes - 1 });
  });

  it('has a standard error that says how far it is off', async () => {
    let inside = 0;
    for (let trial = 0; trial < 200; trial++) {
      const sample = async (first: number) => ({
        samples: [[3 + randomStream(trial, 'sample', first).normal()]],
        products: 1,
      });
      const { values, standardErrors } = await estimateMean({ subject: 'test', sample }, { seed: 1, maxProducts: 30 });
      if (Math.abs(values[0]! - 3) <= standardErrors[0]!) inside++;
    }
    // 68 % lie within one standard error; 200 trials know that within 3.3 %.
    expect(inside / 200).toBeGreaterThan(0.58);
    expect(inside / 200).toBeLessThan(0.78);
  });

  it('never stops before the fewest probes, even without spread', async () => {
    const still = await estimateMean(gaussianSampling(2, 0), { seed: 1 });
    expect(still).toMatchObject({ probes: fewestProbes, converged: true });
    expect([...still.values, ...still.standardErrors]).toEqual([2, 0]);
  });

  it('uses up the budget where the mean is zero, and says that it did not converge', async () => {
    const { probes, converged, products } = await estimateMean(gaussianSampling(0, 1), { seed: 1, maxProducts: 200 });
    expect({ probes, converged, products }).toEqual({ probes: 200, converged: false, products: 200 });
  });

  it('counts an offset into the value, and what was spent into the products', async () => {
    const sampling = { ...gaussianSampling(1, 1), offset: 1000, spent: 7 };
    const progress: number[] = [];
    const estimate = await estimateMean(sampling, {
      seed: 1,
      relativeError: 0.01,
      onProgress: ({ products, of }) => progress.push(products / of),
    });
    expect(estimate).toMatchObject({ probes: 30, products: 37, converged: true });
    expect(Math.abs(estimate.values[0]! - 1001)).toBeLessThan(2);
    expect(progress.slice(0, 2)).toEqual([0.008, 0.009]);
  });

  it('is the same for the same number of probes, however many are drawn at once', async () => {
    const [one, seven] = await Promise.all(
      [1, 7].map((probesAtOnce) => estimateMean(gaussianSampling(1, 9), { seed: 1, maxProducts: 50, probesAtOnce })),
    );
    expect(seven).toEqual(one);
  });

  it('refuses a budget without a standard error, and errors that are no errors', async () => {
    const start = (options: object) => estimateMean(gaussianSampling(1, 1), { seed: 1, ...options });
    await expect(start({ maxProducts: 1 })).rejects.toThrow('test: maxProducts must be an integer of at least 2, got');
    await expect(start({ relativeError: 0 })).rejects.toThrow(
      'test: relativeError must be positive, got relativeError=0',
    );
    await expect(start({ probesAtOnce: 0 })).rejects.toThrow('test: probesAtOnce must be an integer of at least 1');
  });
});

describe('running moments', () => {
  it('are mean and standard error of each element', () => {
    const moments = new RunningMoments(2);
    for (const sample of [
      [1, 1e9 + 1],
      [2, 1e9 + 2],
      [6, 1e9 + 6],
    ])
      moments.add(sample);
    expectClose(moments.mean(), [3, 1e9 + 3], { relative: 1e-15 });
    // variance ((−2)² + (−1)² + 3²)/2 = 7, over N = 3
    expectClose(moments.standardError(), [Math.sqrt(7 / 3), Math.sqrt(7 / 3)], { relative: 1e-6 });
  });
});

describe('a probe vector', () => {
  const draw = (distribution: ProbeDistribution, index: number, size = 10_000) =>
    probeVector({ distribution, size, dtype: 'float64', seed: 1, name: 'test', index });

  it('is the same for the same seed, name and index only', () => {
    expect(draw('gaussian', 3)).toEqual(draw('gaussian', 3));
    for (const distribution of ['rademacher', 'gaussian'] as const) {
      const [z, other] = [draw(distribution, 3), draw(distribution, 4)];
      // Independent vectors: ⟨z, z'⟩/n has the standard deviation 1/√n = 0.01.
      expect(Math.abs(inner(z, other)) / z.length).toBeLessThan(0.04);
    }
  });

  it('is a prefix of a longer one, and has the same values in float32', () => {
    expect([...draw('rademacher', 0, 77)]).toEqual([...draw('rademacher', 0)].slice(0, 77));
    const options = { distribution: 'rademacher', size: 77, seed: 1, name: 'test', index: 0 } as const;
    expect([...probeVector({ ...options, dtype: 'float32' })]).toEqual([
      ...probeVector({ ...options, dtype: 'float64' }),
    ]);
  });

  it('has the moments of its distribution', () => {
    const moment = (z: ArrayLike<number>, power: number): number =>
      Array.from(z).reduce((total, value) => total + value ** power, 0) / z.length;
    const [signs, normals] = [draw('rademacher', 0), draw('gaussian', 0)];
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    expectClose(
      [1, 3].map((power) => moment(signs, power)),
      [0, 0],
      { absolute: 0.04 },
    );
    expectClose(
      [1, 2, 4].map((power) => moment(normals, power)),
      [0, 1, 3],
      { absolute: 0.25 },
    );
  });

  it('has elements that are independent of each other', () => {
    const z = draw('rademacher', 5);
    // Neighbours, and elements one draw of random bits apart.
    for (const lag of [1, 2, 29, 30, 31, 60])
      expect(Math.abs(inner(z.subarray(lag), z.subarray(0, -lag)))).toBeLessThan(400);
  });
});
