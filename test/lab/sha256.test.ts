import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { sha256 } from '../../web/lab/worker/sha256.ts';

const bytes = (length: number): Uint8Array => {
  const stream = randomStream(length);
  return Uint8Array.from({ length }, () => Math.floor(256 * stream.uniform()));
};
const expected = (pieces: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

describe('the digest of the lab', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_003])('is that of Node for %d bytes', (length) => {
    expect(sha256([bytes(length)])).toBe(expected([bytes(length)]));
  });

  it('does not depend on how the bytes are cut', () => {
    const whole = bytes(1000);
    const pieces = [0, 1, 64, 100, 163, 500].map((from, index, starts) => whole.subarray(from, starts[index + 1]));
    expect(sha256(pieces)).toBe(expected([whole]));
    expect(sha256([])).toBe(expected([]));
  });
});
