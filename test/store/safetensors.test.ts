import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesPerElement,
  hostTensor,
  sizeOf,
  type DType,
  type HostTensor,
  type TensorData,
} from '../../src/base/index.ts';
import { readCheckpoint, writeSafetensors } from '../../src/store/index.ts';
import { errorOf, temporaryFolder } from './fixtures.ts';

const bytes = (data: TensorData): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
const anyTensor: fc.Arbitrary<HostTensor> = fc
  .tuple(shape, fc.constantFrom<DType>('float32', 'float64', 'int64', 'bool'))
  .chain(([shape, dtype]) =>
    fc.uint8Array({ minLength: sizeOf(shape) * 8, maxLength: sizeOf(shape) * 8 }).map((random) => {
      const { buffer } = Uint8Array.from(random, (byte) => (dtype === 'bool' ? byte % 2 : byte));
      const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, bool: Uint8Array };
      return { dtype, shape, data: new arrays[dtype](buffer, 0, sizeOf(shape)) };
    }),
  );
const anyName = fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__');
const anyText = fc.string({ unit: 'binary' });

/** A file with this header and data. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const path = join(temporaryFolder(), 'x.safetensors');
  writeFileSync(path, Buffer.concat([length, json, data]));
  return path;
}

describe('safetensors', () => {
  it('come back bit for bit, whatever their names, shapes, types and metadata', () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    fc.assert(
      fc.property(
        fc.dictionary(anyName, anyTensor, { maxKeys: 6 }),
        fc.dictionary(
          anyText.filter((key) => !['sha256', 'writer'].includes(key)),
          anyText,
          { maxKeys: 4 },
        ),
        (tensors, metadata) => {
          writeSafetensors(path, { tensors, metadata });
          const read = readCheckpoint(path);
          expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
          expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
            const other = Object.getOwnPropertyDescriptor(read.tensors, name)!.value as HostTensor;
            expect([other.dtype, other.shape]).toEqual([dtype, shape]);
            expect(bytes(other.data).equals(bytes(data))).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('follow the format: length, JSON padded with spaces to 8 bytes, wide tensors first, no holes', () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    const tensors = {
      mask: hostTensor('bool', [3], [1, 0, 1]),
      b: hostTensor('float32', [2], [1, -2]),
      a: hostTensor('float32', [1], [0.5]),
      steps: hostTensor('int64', [], [258]),
      wide: hostTensor('float64', [1, 1], [1]),
    };
    writeSafetensors(path, { tensors, metadata: { iteration: '3' } });
    const file = readFileSync(path);
    const length = Number(file.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const text = file.toString('utf8', 8, 8 + length);
    expect(text).toMatch(/^\{.*\} *$/);
    const header = JSON.parse(text) as Record<string, unknown>;
    expect(header).toEqual({
      __metadata__: { iteration: '3', writer: 'thalweg', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      steps: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
      wide: { dtype: 'F64', shape: [1, 1], data_offsets: [8, 16] },
      a: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
      b: { dtype: 'F32', shape: [2], data_offsets: [20, 28] },
      mask: { dtype: 'BOOL', shape: [3], data_offsets: [28, 31] },
    });
    expect(file.subarray(8 + length).toString('hex')).toBe(
      '0201000000000000' + '000000000000f03f' + '0000003f' + '0000803f000000c0' + '010001',
    );
  });

  it('of other writers are read: any order, no padding, no metadata, unaligned data', () => {
    const data = Buffer.from([1, ...Buffer.from(new Float64Array([2.5, -1]).buffer), 0]);
    const path = fileOf(
      {
        after: { dtype: 'BOOL', shape: [1], data_offsets: [17, 18] },
        flag: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
        w: { dtype: 'F64', shape: [2], data_offsets: [1, 17] },
        empty: { dtype: 'F32', shape: [0, 4], data_offsets: [18, 18] },
      },
      data,
    );
    const { tensors, metadata } = readCheckpoint(path);
    expect(metadata).toEqual({});
    expect([...(tensors['w']!.data as Float64Array)]).toEqual([2.5, -1]);
    expect(tensors['empty']!.shape).toEqual([0, 4]);
    expect([...(tensors['flag']!.data as Uint8Array), ...(tensors['after']!.data as Uint8Array)]).toEqual([1, 0]);
  });

  it('keep their SHA-256 when another program lays the same content out differently', () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    writeSafetensors(path, {
      tensors: { a: hostTensor('float32', [1], [1]), b: hostTensor('bool', [1], [1]) },
      metadata: {},
    });
    const file = readFileSync(path);
    const length = Number(file.readBigUInt64LE());
    const { __metadata__ } = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
    const other = fileOf(
      {
        b: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
        a: { dtype: 'F32', shape: [1], data_offsets: [1, 5] },
        __metadata__,
      },
      Buffer.from([1, 0, 0, 0x80, 0x3f]),
    );
    expect(Object.keys(readCheckpoint(other).tensors)).toEqual(['b', 'a']);
    expect(readCheckpoint(other).metadata).toEqual({});
    expect(readCheckpoint(fileOf({ __metadata__: { writer: 'someone' } })).metadata).toEqual({ writer: 'someone' });
  });
});

describe('a damaged checkpoint', () => {
  const written = (): { path: string; file: Buffer } => {
    const path = join(temporaryFolder(), 'x.safetensors');
    const tensors = { w: hostTensor('float32', [2, 3], [1, 2, 3, 4, 5, 6]), flags: hostTensor('bool', [2], [0, 1]) };
    writeSafetensors(path, { tensors, metadata: { iteration: '12' } });
    return { path, file: readFileSync(path) };
  };

  it('is found out wherever it was cut off', () => {
    const { path, file } = written();
    for (let size = 0; size < file.length; size++) {
      writeFileSync(path, file.subarray(0, size));
      expect(errorOf(() => readCheckpoint(path)).code).toBe('CHECKPOINT_INVALID');
    }
  });

  it('is found out for a flipped bit in every byte but the padding', () => {
    const { path, file } = written();
    const headerEnd = 8 + Number(file.readBigUInt64LE());
    const paddingStart = file.lastIndexOf('}', headerEnd) + 1;
    for (let at = 0; at < file.length; at++) {
      if (at >= paddingStart && at < headerEnd) continue;
      const damaged = Buffer.from(file);
      damaged[at]! ^= 1 << ((at * 5) % 8);
      writeFileSync(path, damaged);
      expect(() => readCheckpoint(path), `byte ${at}`).toThrow(
        expect.objectContaining({ code: 'CHECKPOINT_INVALID' }) as Error,
      );
    }
  });

  const entry = (changes: object): object => ({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...changes } });
  const four = new Uint8Array(4);
  it.each<[string, () => string, string]>([
    ['an empty file', () => fileAt(Buffer.alloc(0)), 'expected at least 8 bytes, got 0'],
    [
      'a huge header',
      () => fileAt(Buffer.alloc(8, 0xff)),
      'expected a header of at most 100000000 bytes, got 18446744073709552000',
    ],
    [
      'a header beyond the end',
      () => fileAt(Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 0x7b])),
      'expected a header of 9 bytes, got a file of 9',
    ],
    [
      'bytes that are no UTF-8',
      () => fileAt(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff])),
      'expected a header in UTF-8, got other bytes',
    ],
    ['another start', () => fileOf(' {}'), 'expected a header that starts with "{", got " "'],
    ['an empty header', () => fileOf(''), 'expected a header that starts with "{", got ""'],
    ['broken JSON', () => fileOf('{"w":'), 'expected a header in JSON, got a text that is none'],
    ['odd metadata', () => fileOf({ __metadata__: [] }), '__metadata__: expected an object of texts'],
    [
      'a number in the metadata',
      () => fileOf({ __metadata__: { n: 1 } }),
      '__metadata__: expected a text for "n", got 1',
    ],
    ['an odd entry', () => fileOf({ w: 3 }), 'tensor "w": expected an object, got 3'],
    [
      'an unknown dtype',
      () => fileOf(entry({ dtype: 'BF16' })),
      'tensor "w": expected dtype F32, F64, I64 or BOOL, got "BF16"',
    ],
    [
      'a negative size',
      () => fileOf(entry({ shape: [-1] })),
      'tensor "w": expected a shape of whole numbers, got [-1]',
    ],
    ['a shape that is none', () => fileOf(entry({ shape: 4 })), 'tensor "w": expected a shape of whole numbers, got 4'],
    ['one offset', () => fileOf(entry({ data_offsets: [0] })), 'tensor "w": expected two data_offsets, got [0]'],
    [
      'a fractional offset',
      () => fileOf(entry({ data_offsets: [0, 4.5] })),
      'tensor "w": expected two data_offsets, got [0,4.5]',
    ],
    [
      'too few bytes for the shape',
      () => fileOf(entry({ shape: [2] }), four),
      'tensor "w": expected 8 bytes for F32[2], got 4',
    ],
    [
      'a hole',
      () => fileOf(entry({ data_offsets: [4, 8] }), new Uint8Array(8)),
      'tensor "w": expected data at offset 0, got 4',
    ],
    [
      'an overlap',
      () => fileOf({ ...entry({}), v: { dtype: 'BOOL', shape: [2], data_offsets: [3, 5] } }, new Uint8Array(5)),
      'tensor "v": expected data at offset 4, got 3',
    ],
    [
      'missing data',
      () => fileOf(entry({}), new Uint8Array(3)),
      'expected 4 bytes of data, got 3: the file is truncated',
    ],
    [
      'data that belongs to nothing',
      () => fileOf(entry({}), new Uint8Array(6)),
      'expected 4 bytes of data, got 6: something follows the last tensor',
    ],
    [
      'a BOOL of 2',
      () => fileOf(entry({ dtype: 'BOOL', data_offsets: [0, 1] }), Uint8Array.of(2)),
      'tensor "w": expected 0 or 1 in every byte of a BOOL',
    ],
    [
      'another content',
      () => fileOf({ ...entry({}), __metadata__: { sha256: 'ab' } }, four),
      'expected the content that its SHA-256 was taken of, got other bytes: the file is damaged',
    ],
  ])('says what is wrong with %s', (_, make, message) => {
    const path = make();
    expect(errorOf(() => readCheckpoint(path))).toEqual({ code: 'CHECKPOINT_INVALID', message: `${path}: ${message}` });
  });

  it('does not take memory for a size that the file does not have', () => {
    const path = fileOf(entry({ shape: [2 ** 40], data_offsets: [0, 2 ** 42] }), four);
    expect(errorOf(() => readCheckpoint(path)).message).toContain('the file is truncated');
  });

  it('is told from one that is missing or a folder', () => {
    const folder = temporaryFolder();
    expect(errorOf(() => readCheckpoint(join(folder, 'none'))).message).toContain('ENOENT');
    expect(errorOf(() => readCheckpoint(folder)).code).toBe('CHECKPOINT_INVALID');
  });
});

it('writes a large checkpoint without holes: its size is header and elements', () => {
  const path = join(temporaryFolder(), 'x.safetensors');
  const tensor = hostTensor(
    'float32',
    [300_000],
    Float32Array.from({ length: 300_000 }, (_, index) => index),
  );
  writeSafetensors(path, { tensors: { tensor }, metadata: {} });
  const header = Number(readFileSync(path).readBigUInt64LE());
  expect(statSync(path).size).toBe(8 + header + 300_000 * bytesPerElement('float32'));
  expect(bytes(readCheckpoint(path).tensors['tensor']!.data).equals(bytes(tensor.data))).toBe(true);
});

function fileAt(content: Uint8Array): string {
  const path = join(temporaryFolder(), 'x.safetensors');
  writeFileSync(path, content);
  return path;
}
