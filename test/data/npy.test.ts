import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNpy, type NpyType } from '../../src/data/npy.ts';
import { failureOf, loadFrom, temporaryFolder } from './support.ts';

interface NpyOptions {
  readonly version?: number;
  readonly fortran?: boolean;
  readonly magic?: string;
}

/** Bytes of a `.npy` file as NumPy writes it: the header is padded so that the data begin at a multiple of 64. */
function npyBytes(type: string, shape: readonly number[], data: ArrayBufferView, options: NpyOptions = {}): Buffer {
  const { version = 1, fortran = false, magic = '\x93NUMPY' } = options;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${sizes}), }`;
  const prefix = version === 1 ? 10 : 12;
  const length = Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix;
  const start = Buffer.alloc(prefix);
  start.write(magic, 'latin1');
  start.writeUInt8(version, 6);
  if (version === 1) start.writeUInt16LE(length, 8);
  else start.writeUInt32LE(length, 8);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1'), bytes]);
}

const where = { subject: 'npy', path: 'x.npy' };
const all: readonly NpyType[] = ['<f4', '<f8', '|u1', '<i8'];
const copied = (bytes: Buffer) => new Uint8Array(bytes);

describe('the .npy format', () => {
  it.each([1, 2, 3])('of version %d is read', (version) => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6.5);
    const array = parseNpy(copied(npyBytes('<f4', [2, 3], data, { version })), all, where);
    expect(array).toEqual({ type: '<f4', shape: [2, 3], data });
  });

  it('reads a file that NumPy wrote', () => {
    // numpy.save of numpy.array([[1.5, -2.0]], dtype=numpy.float64)
    const text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }".padEnd(117) + '\n';
    const head = Buffer.from('934e554d505901007600', 'hex');
    const data = Buffer.from('000000000000f83f00000000000000c0', 'hex');
    const array = parseNpy(copied(Buffer.concat([head, Buffer.from(text), data])), all, where);
    expect(array).toEqual({ type: '<f8', shape: [1, 2], data: Float64Array.of(1.5, -2) });
  });

  it('accepts what is a vector in both orders, and a scalar', () => {
    const vector = npyBytes('<i8', [2], BigInt64Array.of(1n, -2n), { fortran: true });
    expect(parseNpy(copied(vector), all, where).data).toEqual(BigInt64Array.of(1n, -2n));
    expect(parseNpy(copied(npyBytes('|u1', [], Uint8Array.of(7))), all, where)).toMatchObject({ shape: [] });
  });

  const data = Float32Array.of(1, 2, 3, 4);
  it.each([
    ['another magic', npyBytes('<f4', [4], data, { magic: 'NUMPY!' }), 'expected the magic \\x93NUMPY of a .npy file'],
    [
      'version 4',
      npyBytes('<f4', [4], data, { version: 4 }),
      'expected version 1, 2 or 3 of the format in x.npy, got version 4',
    ],
    [
      'Fortran order',
      npyBytes('<f4', [2, 2], data, { fortran: true }),
      'expected C order (numpy.ascontiguousarray) in x.npy, got Fortran order',
    ],
    [
      'big-endian numbers',
      npyBytes('>f4', [4], data),
      'expected elements of type <f4, <f8, |u1, <i8 in x.npy, got >f4',
    ],
    ['Python objects', npyBytes('|O', [4], data), 'got |O'],
    ['missing data', npyBytes('<f4', [5], data), 'expected 148 bytes for the shape (5) in x.npy, got 144 bytes'],
    [
      'a cut header',
      npyBytes('<f4', [4], data).subarray(0, 60),
      'expected a header of 128 bytes in x.npy, got 60 bytes',
    ],
    ['a cut magic', Buffer.from('\x93NUM', 'latin1'), 'expected the magic'],
    ['a structured type', npyBytes("x', [('a', '<f4')], '", [4], data), 'got x'],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => parseNpy(copied(bytes), all, where)).toThrow(message);
  });
});

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
    expect((await loadFrom(folder, pair, 2)).digest).toBe(set.digest);
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
    expect(await refused({ inputs: 'y.npy' })).toContain('expected elements of type <f4, <f8, |u1 in');
    expect(await refused({ labels: 'x.npy' })).toContain('got <f8');
    expect(await refused({ labels: 'z.npy' })).toBe(
      `npy: expected z.npy at ${join(folder, 'z.npy')}, got nothing there`,
    );
    expect(await refused({ testInputs: 'x.npy' })).toBe('npy: testLabels: expected a file beside testInputs, got none');
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
