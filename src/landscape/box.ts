import { randomStream } from '../base/index.ts';
import { axpy, dot, orthonormalBasis, probeVector, type Vector } from '../linop/index.ts';
import { requireInteger, usage } from './network.ts';

/** A box around θ, in coordinates u ∈ [−1, 1]ⁿ. */
export interface Box {
  /** n: the number of parameters, or the dimension of a subspace. */
  readonly dimension: number;
  /** z(u): how far from θ the point of u is. */
  displacement(u: Float64Array): Float64Array<ArrayBuffer>;
  /** `∂L/∂u` from `∂L/∂θ`. */
  pulled(gradient: Vector): Float64Array<ArrayBuffer>;
}

/** `|z_i| ≤ ε(|θ_i| + 1)` for every parameter. */
export function fullBox(theta: Vector, epsilon: number): Box {
  const widths = halfWidths(theta, epsilon);
  return {
    dimension: theta.length,
    displacement: (u) => widths.map((width, index) => width * u[index]!),
    pulled: (gradient) => widths.map((width, index) => width * gradient[index]!),
  };
}

/**
 * `z = A y` with `|y_j| ≤ ε(|(A⁺θ)_j| + 1)`, where A has `dimension` random orthonormal columns (Gaussian ones, orthogonalised),
 * so that `A⁺ = Aᵀ`. Memory: A, of the element type of θ.
 */
export function subspaceBox(theta: Vector, epsilon: number, dimension: number, seed: number): Box {
  requireInteger('box sharpness', 'subspace', dimension, 1);
  if (dimension > theta.length)
    throw usage('box sharpness', `a subspace of at most ${theta.length} dimensions`, dimension);
  const drawn = Array.from({ length: dimension }, (_, index) =>
    probeVector({
      distribution: 'gaussian',
      size: theta.length,
      dtype: theta instanceof Float32Array ? 'float32' : 'float64',
      seed,
      name: 'box-sharpness',
      index,
    }),
  );
  const columns = orthonormalBasis(drawn);
  const project = (vector: Vector): Float64Array<ArrayBuffer> => Float64Array.from(columns, (a) => dot(a, vector));
  const widths = halfWidths(project(theta), epsilon);
  return {
    dimension: columns.length,
    displacement(u) {
      const z = new Float64Array(theta.length);
      columns.forEach((a, index) => axpy(widths[index]! * u[index]!, a, z));
      return z;
    },
    pulled: (gradient) => project(gradient).map((slope, index) => widths[index]! * slope),
  };
}

const halfWidths = (centre: Vector, epsilon: number): Float64Array<ArrayBuffer> =>
  Float64Array.from(centre, (value) => epsilon * (Math.abs(value) + 1));

/** A uniform random point of [−1, 1]ⁿ. */
export function randomCoordinates(dimension: number, seed: number, start: number): Float64Array<ArrayBuffer> {
  const stream = randomStream(seed, 'landscape', 'box', start);
  return Float64Array.from({ length: dimension }, () => 2 * stream.uniform() - 1);
}
