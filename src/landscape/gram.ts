import type { Vector } from '../linop/index.ts';
import { requireInteger } from './network.ts';

/**
 * `G_ij = ⟨θ_i − c, θ_j − c⟩` for points that are read in blocks: `held` of them are in memory at once, and each is read about
 * `K/(2·held)` times. Differences and sums are float64.
 *
 * @param read θ_k as a vector
 * @param count K
 */
export async function gramMatrix(
  read: (index: number) => Promise<Vector>,
  count: number,
  centre: Vector,
  held: number,
): Promise<Float64Array<ArrayBuffer>[]> {
  requireInteger('trajectory', 'held', held, 1);
  const gram = Array.from({ length: count }, () => new Float64Array(count));
  for (let first = 0; first < count; first += held) {
    const block: Vector[] = [];
    for (let index = first; index < count; index++) {
      const vector = await read(index);
      if (index < first + held) block.push(vector);
      for (const [at, other] of block.entries())
        gram[index]![first + at] = gram[first + at]![index] = centredDot(vector, other, centre);
    }
  }
  return gram;
}

function centredDot(u: Vector, v: Vector, centre: Vector): number {
  let total = 0;
  for (let index = 0; index < u.length; index++) total += (u[index]! - centre[index]!) * (v[index]! - centre[index]!);
  return total;
}
