import { randomStream } from '../base/index.ts';
import { zeros, type FloatType, type Vector } from './vectors.ts';

/** `rademacher`: each element ±1 with equal chance; `gaussian`: standard normal. Both have `E[z zᵀ] = I`. */
export type ProbeDistribution = 'rademacher' | 'gaussian';

/** Which random vector: the same answers give the same vector, whatever else was drawn. */
export interface ProbeVectorOptions {
  readonly distribution: ProbeDistribution;
  /** Number of elements. */
  readonly size: number;
  readonly dtype: FloatType;
  readonly seed: number;
  /** What it is for, e.g. `hutchinson`. Two names give unrelated vectors. */
  readonly name: string;
  /** j: which of the vectors of that name. Probe j is the same whatever the number of probes. */
  readonly index: number;
}

/** Random bits that are drawn at once. */
const bitsAtOnce = 30;

/** The random vector z of a seed, a name and an index, from a stream of its own. */
export function probeVector({ distribution, size, dtype, seed, name, index }: ProbeVectorOptions): Vector {
  const stream = randomStream(seed, 'linop', name, index);
  const z = zeros(dtype, size);
  if (distribution === 'gaussian') {
    for (let element = 0; element < size; element++) z[element] = stream.normal();
    return z;
  }
  for (let first = 0; first < size; first += bitsAtOnce) {
    const bits = stream.integer(2 ** bitsAtOnce);
    for (let bit = 0; bit < bitsAtOnce && first + bit < size; bit++) z[first + bit] = (bits >> bit) & 1 ? 1 : -1;
  }
  return z;
}
