import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriersOf, measureConnectivity } from '../../src/landscape/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { caseOf, models } from '../curvature/support.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { combined, evaluated, hostPoint, landscapeOf, quadratic, quadraticLoss } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

describe('barriers', () => {
  const alphas = [0, 0.25, 0.5, 0.75, 1];

  it('are the height above the chord, above the mean of the ends, and above the higher end, each where it is', () => {
    // Chord 1, 1.5, 2, 2.5, 3; mean 2; higher end 3.
    expect(barriersOf(alphas, [1, 3.5, 2, 3.75, 3])).toEqual({
      aboveChord: { height: 2, alpha: 0.25 },
      aboveMean: { height: 1.75, alpha: 0.75 },
      aboveHigherEnd: { height: 0.75, alpha: 0.75 },
    });
  });

  it('of a convex line are 0 above the chord and above the higher end, not above the mean', () => {
    expect(barriersOf(alphas, [1, 0, 0, 1, 3])).toEqual({
      aboveChord: { height: 0, alpha: 0 },
      aboveMean: { height: 1, alpha: 1 },
      aboveHigherEnd: { height: 0, alpha: 0.75 },
    });
  });

  it('are NaN where a value is', () => {
    const { aboveChord, aboveMean, aboveHigherEnd } = barriersOf(alphas, [1, 2, NaN, 5, 3]);
    expect([aboveChord, aboveMean, aboveHigherEnd].map(({ height }) => height)).toEqual([NaN, NaN, NaN]);
    expect(aboveChord.alpha).toBe(0.5);
  });
});

describe('linear mode connectivity', () => {
  it('of a quadratic is its loss on the line, without a barrier above the chord', async () => {
    const given = caseOf(quadratic);
    const ends = [hostPoint(quadratic.model, 1), hostPoint(quadratic.model, 2)] as const;
    const network = landscapeOf(runtime, given, 'interpolated', 3, { dtype: 'float64' });
    const { alphas, map, loss } = await measureConnectivity(network, ends, { points: 11 });
    const expected = alphas.map((alpha) => quadraticLoss(given.examples, combined(ends, [1 - alpha, alpha])));
    expectClose(map.loss, expected, { relative: 1e-13 });
    expect(loss!.aboveChord).toEqual({ height: 0, alpha: 0 });
    expect(loss!.aboveMean.height).toBeCloseTo(Math.max(...expected) - (expected[0]! + expected[10]!) / 2, 12);
  });

  it('between hidden units in another order has a barrier, though both ends are the same function', async () => {
    const given = caseOf({ model: models.tanh, loss: crossEntropy });
    const at = hostPoint(models.tanh, 1);
    const reversed = (data: Float32Array, width: number, axis: 0 | 1): Float32Array<ArrayBuffer> =>
      Float32Array.from(data, (_, index) => {
        const [row, column] = [Math.floor(index / width), index % width];
        return axis === 0 ? data[data.length - width * (row + 1) + column]! : data[row * width + width - 1 - column]!;
      });
    const flipped = Object.entries(at.parameters).map(([name, tensor]) => {
      const data = tensor.data as Float32Array;
      const [width, axis] = ({ '1.weight': [4, 0], '1.bias': [1, 0], '3.weight': [5, 1] } as const)[name] ?? [];
      return [name, width === undefined ? tensor : { ...tensor, data: reversed(data, width, axis) }] as const;
    });
    const other = { ...at, parameters: Object.fromEntries(flipped) };
    const { map, loss, error } = await measureConnectivity(landscapeOf(runtime, given, 'batch'), [at, other]);
    expectClose([map.loss.at(-1)!], [map.loss[0]!], { relative: 1e-6 });
    expect(loss!.aboveChord.height).toBeGreaterThan(1e-3);
    expect(loss!.aboveChord.height).toBeCloseTo(loss!.aboveMean.height, 6);
    expect(error!.aboveChord.height).toBeGreaterThanOrEqual(0);
  });

  it('ends with the bits of both checkpoints, each with its own running statistics', async () => {
    const given = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const ends = [hostPoint(models.batchNorm, 1), hostPoint(models.batchNorm, 2)] as const;
    const network = landscapeOf(runtime, given, 'interpolated');
    const { map, error } = await measureConnectivity(network, ends, { points: 3 });
    for (const [index, end] of [
      [0, ends[0]],
      [2, ends[1]],
    ] as const)
      expect({ loss: map.loss[index], accuracy: map.accuracy[index] }).toEqual(await evaluated(network, end));
    const errors = map.accuracy.map((accuracy) => 1 - accuracy);
    expect(error).toEqual(barriersOf([0, 0.5, 1], errors));
  });

  it('has no barriers before it is complete, and goes on from there', async () => {
    const given = caseOf({ model: models.relu, loss: crossEntropy });
    const ends = [hostPoint(models.relu, 1), hostPoint(models.relu, 2)] as const;
    const network = landscapeOf(runtime, given, 'interpolated', 3, { block: 4 });
    const part = await measureConnectivity(network, ends, { points: 9, limit: 4 });
    expect([part.loss, part.error, part.map.completed]).toEqual([null, null, 4]);
    const rest = await measureConnectivity(network, ends, { points: 9, from: part.map });
    expect(rest).toEqual(await measureConnectivity(network, ends, { points: 9 }));
  });

  it('refuses the statistics of a centre, fewer than three points, a checkpoint of another model', async () => {
    const given = caseOf({ model: models.relu, loss: crossEntropy });
    const ends = [hostPoint(models.relu, 1), hostPoint(models.tanh, 2)] as const;
    await expect(measureConnectivity(landscapeOf(runtime, given, 'centre'), ends)).rejects.toThrow(
      'connectivity: expected batch normalisation by "batch", "interpolated" or recomputed statistics, got "centre"',
    );
    const network = landscapeOf(runtime, given, 'interpolated');
    await expect(measureConnectivity(network, ends, { points: 2 })).rejects.toThrow(
      'connectivity: expected points to be an integer of at least 3, got 2',
    );
    await expect(measureConnectivity(network, ends)).rejects.toMatchObject({ code: 'RUNTIME_INPUT' });
  });
});
