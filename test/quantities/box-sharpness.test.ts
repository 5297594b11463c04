import { describe, expect, it } from 'vitest';
import { measureBoxSharpness } from '../../src/landscape/index.ts';
import { mean } from '../../src/ops/index.ts';
import { exampleLosses } from '../../src/train/index.ts';
import { caseOf, flatParameters, interpreted, measured, objectives } from '../curvature/support.ts';
import { measure, quantityOf, readingOf, runtimeOfFile } from './support.ts';

describe('the sharpness in a box', () => {
  const runtime = runtimeOfFile();

  it('is at least that of random corners of the box by the reference interpreter, and not that of a larger box', async () => {
    const given = caseOf(objectives['tanh']!, 9);
    const loss = interpreted(given, [0, 1, 2, 3, 4, 5, 6, 7, 8], (tensors, x, labels) => [
      mean(exampleLosses(given.objective, tensors, x, labels, 'evaluate').losses),
    ]);
    const theta = flatParameters(given);
    const epsilon = 0.01;
    const corner = (seed: number): Float64Array<ArrayBuffer> =>
      theta.map((value, index) => value + (Math.sin(seed + 7 * index) > 0 ? 1 : -1) * epsilon * (Math.abs(value) + 1));
    const here = loss(theta)[0]!;
    const highest = Math.max(...Array.from({ length: 10 }, (_, seed) => loss(corner(seed))[0]!));
    const found = await measure('box-sharpness', { epsilon }, measured(runtime(), given, 4));
    const reading = readingOf(found, 'box.sharpness');
    expect(reading).toMatchObject({ coordinate: epsilon, examples: 9, standardError: null });
    expect(reading.value).toBeGreaterThanOrEqual((100 * (highest - here)) / (1 + here));
    const wider = await measure('box-sharpness', { epsilon: 2 * epsilon }, measured(runtime(), given, 4));
    expect(readingOf(wider, 'box.sharpness').value).toBeGreaterThan(reading.value);
  });

  it('is that of the library, with its gradients as products, each of them reported', async () => {
    const network = measured(runtime(), caseOf(objectives['batchNorm']!, 9), 4);
    const options = { epsilon: 0.02, subspace: 3, iterations: 4, starts: 2 };
    const heard: number[] = [];
    const onProgress = ({ products, of }: { products: number; of: number }): void => {
      expect(of).toBe(1 + 2 * (1 + 4 * 7));
      heard.push(products);
    };
    const found = await measure('box-sharpness', options, network, { onProgress });
    const direct = await measureBoxSharpness(network, { ...options, seed: 1 });
    expect(readingOf(found, 'box.sharpness').value).toBe(direct.value);
    expect(found).toMatchObject({ products: direct.gradients, converged: direct.converged });
    expect(heard).toEqual(Array.from({ length: direct.gradients }, (_, index) => index + 1));
  });

  it('refuses a subspace of more dimensions than there are parameters, and options out of range', async () => {
    const network = measured(runtime(), caseOf(objectives['tanh']!, 4), 4);
    await expect(measure('box-sharpness', { subspace: 10_000 }, network)).rejects.toThrow(
      /^box-sharpness: expected a subspace of at most \d+ dimensions, got 10000$/,
    );
    expect(() => quantityOf('box-sharpness', { epsilon: 0 })).toThrow('epsilon');
    expect(() => quantityOf('box-sharpness', { starts: 0 })).toThrow('starts');
  });
});
