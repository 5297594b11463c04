import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A named, seeded stream of random numbers (xoroshiro128+). The same seed and name give the same numbers on every
 * machine; two names give unrelated streams, so adding a consumer never changes what another one draws.
 */
export interface RandomStream {
  /** Uniform in `[0, 1)`, with 53 random bits. */
  uniform(): number;
  /** Uniform integer in `[0, bound)`. */
  integer(bound: number): number;
  /** Standard normal `N(0, 1)`. */
  normal(): number;
}

/** The stream of `seed` for the purpose that `path` names, e.g. `randomStream(1, 'init', 'layers.0.weight')`. */
export function randomStream(seed: number, ...path: readonly (string | number)[]): RandomStream {
  const generator = xoroshiro128plusFromState(stateFor(`${seed}\u0000${path.join('\u0000')}`));
  let spare: number | undefined;
  return {
    uniform: () => uniformFloat64(generator),
    integer: (bound) => uniformInt(generator, 0, bound - 1),
    // Box–Muller: two uniforms give two independent normals; the second is kept for the next call.
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      const angle = 2 * Math.PI * uniformFloat64(generator);
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** A random permutation of `0 … length−1` (Fisher–Yates). */
export function permutation(length: number, stream: RandomStream): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = stream.integer(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}

/** 128 bits from a text: FNV-1a over UTF-16 code units seeds SplitMix32, which fills the generator's state. */
function stateFor(text: string): number[] {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let index = 0; index < text.length; index++) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  const next = (state: number): number => {
    let z = (state + 0x9e3779b9) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  const a = next(low);
  const b = next(high);
  return [a, b, next(a ^ high), next(b ^ low)];
}
