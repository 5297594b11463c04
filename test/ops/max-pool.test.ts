import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, toFloat64 } from '../../src/base/index.ts';
import { apply, input, interpret } from '../../src/ops/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { runOn } from '../support/runtime.ts';

let cpu: Backend;
beforeAll(async () => (cpu = await createOrtBackend({ device: 'cpu', threads: 1 })));
afterAll(() => cpu.close());

const apart = { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };
const overlapping = { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] };

/** Where the cotangents of the windows of x go. */
async function placed(
  dtype: 'float32' | 'float64',
  windows: typeof apart,
  x: number[],
  y: number[],
  size: [number, number],
  pooled: [number, number],
) {
  const inputs = {
    x: input('x', { dtype, shape: [1, 1, ...size] }),
    y: input('y', { dtype, shape: [1, 1, ...pooled] }),
  };
  const place = apply('MaxPoolPlace', [inputs.x, inputs.y], windows);
  const values = { x: hostTensor(dtype, [1, 1, ...size], x), y: hostTensor(dtype, [1, 1, ...pooled], y) };
  const [result] = [await runOn(cpu, { graph: { inputs, outputs: { place } }, values })];
  return {
    runtime: [...result['place']!],
    reference: [...toFloat64({ ...interpret([place], values)[0]!, dtype: 'float64' } as never)],
  };
}

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  it('of equal elements of a window the first takes the cotangent', async () => {
    const { runtime, reference } = await placed(dtype, apart, [1, 1, 0, 2, 1, 1, 2, 2], [5, 7], [2, 4], [1, 2]);
    expect(runtime).toEqual([5, 0, 0, 7, 0, 0, 0, 0]);
    expect(reference).toEqual(runtime);
  });

  it('a position that is the maximum of several windows takes the sum of their cotangents', async () => {
    const { runtime, reference } = await placed(dtype, overlapping, [0, 9, 0, 0, 0, 0], [5, 7], [2, 3], [1, 2]);
    expect(runtime).toEqual([0, 12, 0, 0, 0, 0]);
    expect(reference).toEqual(runtime);
  });

  it('columns that no window covers take nothing', async () => {
    const { runtime } = await placed(dtype, apart, [1, 2, 9, 3, 4, 9], [5], [2, 3], [1, 1]);
    expect(runtime).toEqual([0, 0, 0, 0, 5, 0]);
  });

  it('an image of NaN does not reach outside of memory', async () => {
    const { runtime } = await placed(dtype, apart, new Array<number>(8).fill(NaN), [5, 7], [2, 4], [1, 2]);
    expect(runtime.filter((value) => value !== 0).length).toBeLessThanOrEqual(2);
  });
});
