import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrays } from '../../src/arrays/index.ts';
import { failureOf, temporaryFolder } from '../data/support.ts';

const goldens = resolve(import.meta.dirname, '../goldens/arrays');
const expected = JSON.parse(readFileSync(join(goldens, 'arrays.json'), 'utf8')) as Record<string, number[]>;
const numbers = (data: Iterable<number | bigint>): number[] => Array.from(data, Number);

describe('files of arrays', () => {
  it('of NumPy are read, stored and deflated', async () => {
    const stored = await readArrays('test', join(goldens, 'stored.npz'));
    expect(stored['x']).toMatchObject({ type: 'float32', shape: [12, 5] });
    expect(numbers(stored['x']!.data)).toEqual(expected['x']);
    expect(stored['y']).toMatchObject({ type: 'int64', shape: [12] });
    expect(numbers(stored['y']!.data)).toEqual(expected['y']);
    const deflated = await readArrays('test', join(goldens, 'deflated.npz'), (name) => name === 'test_labels');
    expect(Object.keys(deflated)).toEqual(['test_labels']);
    expect(deflated['test_labels']).toMatchObject({ type: 'uint8', shape: [2, 1], data: Uint8Array.of(0, 1) });
  });

  it('of PyTorch are read, and both halves are widened without a change of value', async () => {
    const arrays = await readArrays('test', join(goldens, 'arrays.safetensors'));
    expect(arrays['x']!.type).toBe('float64');
    expect(numbers(arrays['x']!.data)).toEqual(expected['x']);
    expect(arrays['half']).toMatchObject({ type: 'float16', shape: [8] });
    expect(arrays['half']!.data).toBeInstanceOf(Float32Array);
    expect(numbers(arrays['half']!.data)).toEqual(expected['half']);
    expect(numbers(arrays['brain']!.data)).toEqual(expected['brain']);
    expect(arrays['bytes']!.data).toEqual(Uint8Array.of(0, 255));
    const { half, scalar } = await readArrays('test', join(goldens, 'halves.npz'));
    expect(numbers(half!.data)).toEqual(expected['half']);
    expect(scalar).toMatchObject({ type: 'float64', shape: [] });
  });

  it('that are damaged, or of another kind, are refused with file and reason', async () => {
    const folder = await temporaryFolder();
    const cut = join(folder, 'cut.npz');
    const bytes = await readFile(join(goldens, 'deflated.npz'));
    await writeFile(cut, bytes.subarray(0, 200));
    expect((await failureOf(readArrays('weights', cut))).message).toMatch(/^weights: cannot read .*cut\.npz: .+/);
    // A changed length of an entry: more or fewer bytes than its directory says.
    const wrong = Buffer.from(bytes);
    wrong[wrong.indexOf('train_images.npy') + 60]! ^= 0xff;
    const broken = join(folder, 'broken.npz');
    await writeFile(broken, wrong);
    expect(await failureOf(readArrays('weights', broken))).toMatchObject({ code: 'DATA_INVALID' });
    const tensors = await readFile(join(goldens, 'arrays.safetensors'));
    await writeFile(join(folder, 'cut.safetensors'), tensors.subarray(0, -1));
    const failure = await failureOf(readArrays('weights', join(folder, 'cut.safetensors')));
    expect(failure).toMatchObject({ code: 'DATA_INVALID' });
    expect(failure.message).toContain('the file is truncated');
    expect((await failureOf(readArrays('weights', 'weights.pt'))).message).toBe(
      'weights: expected a file that ends in .npz or .safetensors, got weights.pt',
    );
    expect((await failureOf(readArrays('weights', join(folder, 'none.npz')))).message).toContain('ENOENT');
  });

  it('never take memory for a length that only the header claims', async () => {
    const file = join(await temporaryFolder(), 'claim.safetensors');
    const header = Buffer.from(JSON.stringify({ x: { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(file, Buffer.concat([length, header]));
    expect((await failureOf(readArrays('weights', file))).message).toContain(
      'expected 4398046511104 bytes of data, got 0',
    );
  });
});
