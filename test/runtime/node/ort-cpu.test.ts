import { describe, expect, it } from 'vitest';
import { createOrtBackend } from '../../../src/runtime/node/index.ts';
import { backendConformance } from '../conformance.ts';

describe('the CPU backend', () => {
  backendConformance(() => createOrtBackend({ device: 'cpu', threads: 1 }), ['float32', 'float64', 'int64', 'bool']);

  it('uses the threads it was given, or as many as there are processors', async () => {
    const three = await createOrtBackend({ device: 'cpu', threads: 3 });
    const automatic = await createOrtBackend({ device: 'cpu', threads: 'auto' });
    expect(three.threads).toBe(3);
    expect(automatic.threads).toBeGreaterThanOrEqual(1);
    await three.close();
    await automatic.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s threads', async (threads) => {
    await expect(createOrtBackend({ device: 'cpu', threads })).rejects.toMatchObject({
      code: 'USAGE',
      message: `runtime: expected a positive number of threads or "auto", got ${threads}`,
    });
  });
});
