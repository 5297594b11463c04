/**
 * SHA-256 (FIPS 180-4) of pieces of bytes one after the other, in hexadecimal. A browser's own digest can only be waited for,
 * and a checkpoint is written without waiting.
 */
export function sha256(pieces: Iterable<Uint8Array>): string {
  const state = initial.slice();
  const block = new Uint8Array(blockBytes);
  let [filled, total] = [0, 0];
  const feed = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + blockBytes - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === blockBytes) {
        compress(state, block);
        filled = 0;
      }
    }
  };
  for (const piece of pieces) {
    feed(piece);
    total += piece.length;
  }
  feed(Uint8Array.of(0x80));
  feed(new Uint8Array((2 * blockBytes - lengthBytes - filled) % blockBytes));
  const length = new DataView(new ArrayBuffer(lengthBytes));
  length.setBigUint64(0, 8n * BigInt(total));
  feed(new Uint8Array(length.buffer));
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

const blockBytes = 64;
const lengthBytes = 8;

/** The first 32 bits of the fractional parts of a root of the first `count` primes. */
function primeRoots(count: number, root: (prime: number) => number): Uint32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return Uint32Array.from(primes, (prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}

const initial = primeRoots(8, Math.sqrt);
const constants = primeRoots(64, Math.cbrt);

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function compress(state: Uint32Array, block: Uint8Array): void {
  const words = schedule(block);
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let round = 0; round < 64; round++) {
    const choice = (e & f) ^ (~e & g);
    const one = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + constants[round]! + words[round]!;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const two = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index]! += word));
}

function schedule(block: Uint8Array): Uint32Array {
  const words = new Uint32Array(64);
  const view = new DataView(block.buffer, block.byteOffset);
  for (let t = 0; t < 16; t++) words[t] = view.getUint32(4 * t);
  for (let t = 16; t < 64; t++) {
    const [early, late] = [words[t - 15]!, words[t - 2]!];
    const first = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const second = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    words[t] = words[t - 16]! + first + words[t - 7]! + second;
  }
  return words;
}
