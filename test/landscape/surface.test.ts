import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evenly, measureSurface, randomPlane } from '../../src/landscape/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { caseOf, models } from '../curvature/support.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { combined, evaluated, landscapeOf, quadratic, quadraticLoss } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const axis = evenly(-1, 1, 5);

describe('the loss surface', () => {
  it('of an affine network with squared error is its quadratic, at (a[i], b[j]) in j·|a| + i', async () => {
    const given = caseOf(quadratic);
    const plane = await randomPlane(quadratic.model, given, { seed: 1, vectors: 'keep' });
    const b = evenly(0, 2, 3);
    const network = landscapeOf(runtime, given, 'centre', 3, { dtype: 'float64' });
    const { map } = await measureSurface(network, plane, { a: axis, b });
    const terms = [given, ...plane.axes];
    const expected = b.flatMap((v) => axis.map((u) => quadraticLoss(given.examples, combined(terms, [1, u, v]))));
    expectClose(map.loss, expected, { relative: 1e-13 });
    // Third differences of a quadratic vanish.
    const row = Array.from(map.loss.subarray(0, 5));
    const difference = (values: number[]): number[] => values.slice(1).map((value, i) => value - values[i]!);
    expectClose(difference(difference(difference(row))), [0, 0], { absolute: 1e-13 });
  });

  it.each(['centre', 'interpolated'] as const)(
    'at (0, 0) has the bits of the checkpoint, statistics: %s',
    async (kind) => {
      const given = caseOf({ model: models.batchNorm, loss: crossEntropy });
      const plane = await randomPlane(models.batchNorm, given, { seed: 1, vectors: 'keep' });
      const network = landscapeOf(runtime, given, kind);
      const { map, cosine } = await measureSurface(network, plane, { a: axis, b: axis });
      expect({ loss: map.loss[12], accuracy: map.accuracy[12] }).toEqual(await evaluated(network, given));
      expect(cosine).toBe(plane.cosine);
      expect(new Set(map.loss).size).toBe(25);
    },
  );

  it('has 51 × 51 points by default', async () => {
    const given = caseOf(quadratic);
    const plane = await randomPlane(quadratic.model, given, { seed: 1 });
    const { map, a, b } = await measureSurface(landscapeOf(runtime, given), plane, { limit: 0 });
    expect([a.length, b.length, map.loss.length, map.completed]).toEqual([51, 51, 2601, 0]);
  });

  it('refuses an empty grid', async () => {
    const given = caseOf(quadratic);
    const plane = await randomPlane(quadratic.model, given, { seed: 1 });
    await expect(measureSurface(landscapeOf(runtime, given), plane, { b: [] })).rejects.toThrow(
      'surface: expected at least one value of b, got none',
    );
  });
});
