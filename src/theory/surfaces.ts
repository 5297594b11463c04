import { hostTensor } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, constant, exp, matmul, mul, slice, square, sub, sum } from '../ops/index.ts';
import { requireWhole } from './check.ts';
import { requireSymmetric, type SquareMatrix } from './matrix.ts';
import { cube, type Box } from './points.ts';
import type { Potential } from './potential.ts';

/** A surface on a box. */
export interface Surface extends Potential {
  /** Where it is looked at and started on. */
  readonly box: Box;
}

/** Where the two minima of {@link twoMinima} are. */
export const flatAt = 4;
export const sharpAt = (dimension: number): number[] => [8, ...new Array<number>(dimension - 1).fill(5)];

/** `u(r²) = (0.1r² − 1)·2^{−r²}`: a well of depth 1 at distance 0. */
const well = (squared: Tensor): Tensor => mul(sub(mul(squared, 0.1), 1), exp(mul(squared, -Math.LN2)));

/** {@link twoMinima}'s well as a function of the distance r to its bottom. */
export const wellProfile = (r: number): number => (0.1 * r * r - 1) * 2 ** (-r * r);

/**
 * The constructed loss with a flat and a sharp minimum of equal depth (rows R-surface, R-volume): with
 * `u(s) = (0.1s − 1)·2^{−s}` and the point `c = (8, 5, …, 5)`,
 *
 * `U(x) = u((x₁ − 4)²) + u(‖x − c‖²)` on `[0, 10]^d`.
 *
 * In two dimensions, the default, this is the paper's surface exactly (with the −1 that its text lacks). In d dimensions the flat
 * minimum stays a trough: the wall between it and the rest has the same profile along x₁, and it is as long as the box along
 * the d − 1 other axes; the sharp one is a ball with that profile. Both have the depth u(0) = −1 (each other's tail adds less
 * than 10⁻⁵), so that only volume tells them apart: flat over sharp grows as `10^{d−1}/(V_d r^{d−1})`. In one dimension
 * both are the same well.
 *
 * @param dimension d ≥ 1; default 2
 */
export function twoMinima(dimension = 2): Surface {
  requireWhole('two minima', 'dimensions', dimension, 1);
  const centre = sharpAt(dimension);
  return {
    name: `two minima in ${dimension} dimensions`,
    dimension,
    box: cube(0, 10, dimension),
    value(x) {
      const trough = sum(well(square(sub(slice(x, 0, 0, 1), flatAt))), { axes: [0] });
      const squared = sum(square(sub(x, constantLike(x, [dimension, 1], centre))), { axes: [0] });
      return add(trough, well(squared));
    },
  };
}

/** Rosenbrock's function `(1 − x)² + 100(y − x²)²` on `[0, 2]²` (row R-rosen); its minimum is 0 at (1, 1). */
export function rosenbrock(): Surface {
  return {
    name: 'rosenbrock',
    dimension: 2,
    box: cube(0, 2, 2),
    value(x) {
      const [first, second] = [slice(x, 0, 0, 1), slice(x, 0, 1, 2)];
      const bowl = square(sub(1, first));
      const valley = mul(square(sub(second, square(first))), 100);
      return sum(add(bowl, valley), { axes: [0] });
    },
  };
}

/**
 * `U(x) = ½ xᵀHx` (rows W-quad, R-boltz, F-ricc), whose gradient is Hx. Throws `USAGE` unless H is square and symmetric.
 */
export function quadratic(hessian: SquareMatrix): Potential {
  requireSymmetric('quadratic', hessian);
  const dimension = hessian.length;
  return {
    name: 'quadratic',
    dimension,
    value(x) {
      const matrix = constantLike(x, [dimension, dimension], hessian.flat());
      return mul(sum(mul(x, matmul(matrix, x)), { axes: [0] }), 0.5);
    },
  };
}

/** Numbers as a constant of the type of `x`. */
export const constantLike = (x: Tensor, shape: readonly number[], values: Iterable<number>): Tensor =>
  constant(hostTensor(x.dtype, shape, values));
