import { describe, expect, it } from 'vitest';
import { modelFor } from '../../src/nn/index.ts';
import { chunkWithin } from '../../src/run/memory.ts';
import { resolveQuantities } from '../../src/studies/index.ts';
import type { DataSet } from '../../src/data/index.ts';

const model = modelFor({ name: 'mlp', hidden: [500], activation: 'relu', normaliseFeatures: false }, [100], 10);

const setOf = (name: string, count: number): DataSet => {
  const examples = { inputs: new Float32Array(100 * count), labels: new Uint8Array(count), count };
  const empty = { inputs: new Float32Array(0), labels: new Uint8Array(0), count: 0 };
  const classNames = Array.from({ length: 10 }, String);
  const rest = { digest: () => Promise.resolve(''), normalisation: null, relabelled: null };
  return { name, inputShape: [100], classes: 10, classNames, train: examples, validation: null, test: empty, ...rest };
};

const chunkOf = (bytes: number, names: readonly string[], sets: readonly string[] = [], data = setOf('mnist', 10)) =>
  chunkWithin({ bytes, quantities: resolveQuantities({ names, sets }) }, model, data);

describe('examples of a chunk within a limit of memory', () => {
  const bytes = 500e6;

  it('are more with more memory, in proportion to what is left', () => {
    const [half, whole] = [chunkOf(350e6, ['hessian-trace']), chunkOf(400e6, ['hessian-trace'])];
    expect(half).toBeGreaterThan(0);
    // What the 500 hidden units, before and after the rectifier, inputs and scores take, six times over, in float32.
    expect((whole - half) / (50e6 / (4 * 6 * (100 + 2 * 500 + 3 * 10)))).toBeCloseTo(1, 0);
  });

  it('are fewer for many vectors, many backward passes and much data, and of several quantities the most counts', () => {
    const trace = chunkOf(bytes, ['hessian-trace']);
    const top = chunkOf(bytes, ['hessian-top']);
    const exact = chunkOf(bytes, ['exact-per-example-trace']);
    expect(top).toBeLessThan(trace);
    expect(chunkOf(bytes, ['hessian-spectrum'], ['k=100'])).toBeLessThan(top);
    expect(chunkOf(bytes, ['hessian-density'])).toBeLessThan(trace);
    expect(chunkOf(bytes, ['hessian-trace'], ['method=hutch++'])).toBeLessThan(top);
    expect(exact).toBeLessThan(trace / 2);
    expect(chunkOf(bytes, ['hessian-trace', 'exact-per-example-trace'])).toBe(exact);
    expect(chunkOf(bytes, ['hessian-trace'], [], setOf('mnist', 20_000))).toBeLessThan(trace);
    expect(chunkOf(bytes, ['hessian-trace'], [], setOf('arrays', 20_000))).toBeLessThan(
      chunkOf(bytes, ['hessian-trace'], [], setOf('mnist', 20_000)),
    );
  });

  it('of a limit that leaves nothing are refused with the least that would do', () => {
    expect(() => chunkOf(100e6, [])).toThrow(
      /^--memory: expected at least 30\d MB for a network of 55510 parameters on mnist, got 100 MB$/,
    );
  });
});
