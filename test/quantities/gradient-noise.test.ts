import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuantity } from '../../src/quantities/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { expectClose, inner } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { covarianceOf, meanRow, moment, readingIn, singleGradients, traceOf } from './support.ts';

describe('gradient noise', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  it.each(['relu', 'convolution', 'batchNorm', 'L2 penalty'])(
    'of %s is that of the gradients of single examples, one after the other',
    async (name) => {
      const given = caseOf(objectives[name]!, 9);
      const network = measured(runtime, given, 4);
      const quantity = await createQuantity({ kind: 'gradient-noise' }, { network, seed: 1 });
      const { readings, products, converged, tensors } = await quantity.measure(network, moment());
      const rows = singleGradients(given);
      const [covariance, mean] = [covarianceOf(rows), meanRow(rows)];
      const trace = readingIn(readings, 'noise.trace');
      const distances = rows.map((row) => row.reduce((sum, value, k) => sum + (value - mean[k]!) ** 2, 0));
      const centre = distances.reduce((sum, value) => sum + value, 0) / 9;
      const spread = Math.sqrt(distances.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 8);
      const expected = [
        traceOf(covariance),
        (spread * Math.sqrt(9)) / 8,
        inner(mean, mean),
        traceOf(covariance) / inner(mean, mean),
        Math.max(...covariance.map((row, k) => row[k]!)),
      ];
      const found = [
        trace.value,
        trace.standardError!,
        ...(['noise.gradientSquaredNorm', 'noise.scale', 'noise.largestVariance'] as const).map(
          (series) => readingIn(readings, series).value,
        ),
      ];
      found.forEach((value, index) => expectClose([value], [expected[index]!], { relative: 1e-4 }, `value ${index}`));
      expect(readings.every(({ examples }) => examples === 9)).toBe(true);
      expect({ products, converged, tensors }).toEqual({
        products: given.objective.penalty ? 3 : 2,
        converged: null,
        tensors: {},
      });
      await quantity.rehearse(network);
      await quantity.release();
    },
  );

  it('is refused for a single example and for batch normalisation in train mode', async () => {
    const one = measured(runtime, caseOf(objectives['relu']!, 1), 1);
    await expect(createQuantity({ kind: 'gradient-noise' }, { network: one, seed: 1 })).rejects.toMatchObject({
      code: 'USAGE',
    });
    const coupled = measured(runtime, caseOf(objectives['batchNorm']!, 4), 4, { mode: 'train' });
    await expect(createQuantity({ kind: 'gradient-noise' }, { network: coupled, seed: 1 })).rejects.toMatchObject({
      code: 'NO_PER_EXAMPLE_RULE',
    });
  });
});
