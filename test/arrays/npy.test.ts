import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../src/arrays/index.ts';
import { npyBytes } from '../support/npy.ts';

const where = { subject: 'npy', path: 'x.npy' };
const copied = (bytes: Buffer) => new Uint8Array(bytes);

describe('the .npy format', () => {
  it.each([1, 2, 3])('of version %d is read', (version) => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6.5);
    const array = parseNpy(copied(npyBytes('<f4', [2, 3], data, { version })), where);
    expect(array).toEqual({ type: 'float32', shape: [2, 3], data });
  });

  it('reads a file that NumPy wrote', () => {
    // numpy.save of numpy.array([[1.5, -2.0]], dtype=numpy.float64)
    const text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }".padEnd(117) + '\n';
    const head = Buffer.from('934e554d505901007600', 'hex');
    const data = Buffer.from('000000000000f83f00000000000000c0', 'hex');
    const array = parseNpy(copied(Buffer.concat([head, Buffer.from(text), data])), where);
    expect(array).toEqual({ type: 'float64', shape: [1, 2], data: Float64Array.of(1.5, -2) });
  });

  it('accepts what is a vector in both orders, and a scalar', () => {
    const vector = npyBytes('<i8', [2], BigInt64Array.of(1n, -2n), { fortran: true });
    expect(parseNpy(copied(vector), where).data).toEqual(BigInt64Array.of(1n, -2n));
    expect(parseNpy(copied(npyBytes('|u1', [], Uint8Array.of(7))), where)).toMatchObject({ shape: [] });
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
      'expected elements of type |b1, |u1, |i1, <u2, <i2, <u4, <i4, <u8, <i8, <f2, <f4, <f8 in x.npy, got >f4',
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
    expect(() => parseNpy(copied(bytes), where)).toThrow(message);
  });
});
