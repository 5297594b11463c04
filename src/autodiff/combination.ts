import type { Tensor } from '../graph/index.ts';
import { add, mul, reshape, slice } from '../ops/index.ts';
import type { Mixing } from './several-points.ts';

/**
 * Linear combinations `Σ_j w_j·images[j]` as points for `atSeveralPoints`. The weights are values of the graph, so one
 * program serves any of them. A weight of 1 beside zeros gives that image itself, bit for bit, if all images are finite.
 *
 * @param weights [points, images]: one row for each point
 */
export function combinations(weights: Tensor): Mixing {
  const [points, count] = weights.shape as [number, number];
  const weight = (point: number, image: number): Tensor =>
    reshape(slice(slice(weights, 0, point, point + 1), 1, image, image + 1), []);
  const rows = Array.from({ length: points }, (_, point) =>
    Array.from({ length: count }, (__, image) => weight(point, image)),
  );
  const mix = (images: readonly Tensor[]): Tensor[] =>
    rows.map((row) => images.map((image, index) => mul(image, row[index]!)).reduce((sum, term) => add(sum, term)));
  return { points, mix, affine: false };
}
