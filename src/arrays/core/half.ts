/** IEEE 754 binary16 numbers, as their bits, in float32: exact. Sign 1, exponent 5 (bias 15), fraction 10 bits. */
export function fromFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) {
    const half = bits[index]!;
    const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 0x1f, half & 0x3ff];
    if (exponent === 0x1f) values[index] = fraction === 0 ? sign * Infinity : NaN;
    else if (exponent === 0) values[index] = sign * fraction * 2 ** -24;
    else values[index] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return values;
}

/** bfloat16 numbers, as their bits, in float32: the upper half of its bits. */
export function fromBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = Uint32Array.from(bits, (half) => half * 0x10000);
  return new Float32Array(words.buffer);
}
