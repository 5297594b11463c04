import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npyBytes } from '../support/npy.ts';
import { failureOf, loadFrom, temporaryFolder } from './support.ts';

describe('pairs of .npy files', () => {
  /** Example `i` of `count` has the inputs `i, 2 i, 3 i` and the label `i mod 3`. */
  async function writePair(folder: string, prefix: string, count: number) {
    const inputs = Float64Array.from({ length: 3 * count }, (_, index) => Math.floor(index / 3) * ((index % 3) + 1));
    const labels = BigInt64Array.from({ length: count }, (_, index) => BigInt(index % 3));
    await writeFile(join(folder, `${prefix}x.npy`), npyBytes('<f8', [count, 3], inputs));
    await writeFile(join(folder, `${prefix}y.npy`), npyBytes('<i8', [count], labels));
  }
  const pair = { name: 'npy', inputs: 'x.npy', labels: 'y.npy', normalise: false } as const;

  it('are a training and a test set', async () => {
    const folder = await temporaryFolder();
    await writePair(folder, '', 10);
    await writePair(folder, 'test-', 4);
    const files = { testInputs: 'test-x.npy', testLabels: join(folder, 'test-y.npy') };
    const set = await loadFrom(folder, { ...pair, ...files });
    expect(set).toMatchObject({ inputShape: [3], classes: 3, classNames: ['0', '1', '2'], normalisation: null });
    expect([...set.train.inputs.subarray(3, 9)]).toEqual([1, 2, 3, 2, 4, 6]);
    expect([...set.test.labels]).toEqual([0, 1, 2, 0]);
    const { normalisation, train } = await loadFrom(folder, { ...pair, ...files, normalise: true });
    expect(normalisation!.mean).toHaveLength(1);
    expect(normalisation!.mean[0]).toBeCloseTo(9, 12);
    expect(train.inputs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
  });

  it('without test files keep a fixed share apart', async () => {
    const folder = await temporaryFolder();
    await writePair(folder, '', 10);
    const set = await loadFrom(folder, pair);
    expect([set.train.count, set.test.count]).toEqual([8, 2]);
    const first = [...set.train.inputs, ...set.test.inputs].filter((_, index) => index % 3 === 0);
    expect(first.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    set.train.labels.forEach((label, row) => expect(label).toBe(set.train.inputs[3 * row]! % 3));
    expect(await (await loadFrom(folder, pair, 2)).digest()).toBe(await set.digest());
  });

  it('scale bytes to [0, 1], and normalise images per channel', async () => {
    const folder = await temporaryFolder();
    const pixels = Uint8Array.from({ length: 4 * 2 * 2 * 2 }, (_, index) => (index % 8 < 4 ? index : 255 - index));
    await writeFile(join(folder, 'x.npy'), npyBytes('|u1', [4, 2, 2, 2], pixels));
    await writeFile(join(folder, 'y.npy'), npyBytes('|u1', [4], Uint8Array.of(0, 1, 1, 0)));
    const raw = await loadFrom(folder, { ...pair, testShare: 0.25 });
    expect(raw.inputShape).toEqual([2, 2, 2]);
    expect(Math.max(...raw.train.inputs)).toBeLessThanOrEqual(1);
    const { normalisation } = await loadFrom(folder, { ...pair, testShare: 0.25, normalise: true });
    expect(normalisation!.mean).toHaveLength(2);
    expect(normalisation!.mean[0]).toBeLessThan(0.2);
    expect(normalisation!.mean[1]).toBeGreaterThan(0.8);
  });

  it('are refused when they do not fit together', async () => {
    const folder = await temporaryFolder();
    await writePair(folder, '', 10);
    await writePair(folder, 'other-', 4);
    const refused = async (change: object) => (await failureOf(loadFrom(folder, { ...pair, ...change }))).message;
    expect(await refused({ labels: 'other-y.npy' })).toMatch(
      /^npy: expected labels of shape \(10\) in .*, got shape \(4\)$/,
    );
    expect(await refused({ inputs: 'y.npy' })).toContain('expected inputs [n, …] with at least one example in');
    expect(await refused({ labels: 'x.npy' })).toContain('got shape (10, 3)');
    expect(await refused({ labels: 'z.npy' })).toBe(
      `npy: expected z.npy at ${join(folder, 'z.npy')}, got nothing there`,
    );
    expect(await refused({ testInputs: 'x.npy' })).toBe('npy: testLabels: expected one beside testInputs, got none');
    await writeFile(join(folder, 'y.npy'), npyBytes('|i1', [10], Int8Array.of(0, 1, 2, 0, 1, -3, 0, 0, 0, 0)));
    expect(await refused({})).toContain('expected labels from 0 to 65535 in');
    expect(await refused({})).toContain('got -3 for example 5');
    await writeFile(join(folder, 'x.npy'), npyBytes('<f4', [2, 1], Float32Array.of(1, NaN)));
    await writeFile(join(folder, 'y.npy'), npyBytes('|u1', [2], Uint8Array.of(0, 1)));
    expect(await refused({})).toContain('got NaN at element 1');
    await writeFile(join(folder, 'test.npy'), npyBytes('<f4', [2, 2], Float32Array.of(1, 2, 3, 4)));
    await writeFile(join(folder, 'x.npy'), npyBytes('<f4', [2, 1], Float32Array.of(1, 2)));
    expect(await refused({ testInputs: 'test.npy', testLabels: 'y.npy' })).toBe(
      'npy: expected test inputs of shape [1], got [2]',
    );
  });
});
