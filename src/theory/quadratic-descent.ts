import type { Runtime } from '../runtime/index.ts';
import { requirePositive, requireWhole } from './check.ts';
import { langevin } from './langevin.ts';
import { asMatrix, eigenbasis, type SquareMatrix } from './matrix.ts';
import { pointAt, pointsOf } from './points.ts';
import { simulate } from './simulate.ts';
import { quadratic } from './surfaces.ts';

/**
 * How gradient descent moves along an eigenvector with λη, whose coordinate is multiplied by `1 − λη` at each step (row W-quad,
 * figure 28): `still` 0; `over-damped` in (0, 1), without changing sides; `critical` 1, at the minimum after one step; `under-damped` in
 * (1, 2), from wall to wall and inwards; `oscillating` 2, forever; `diverging` above 2, and below 0 (a negative curvature).
 */
export type Regime = 'still' | 'over-damped' | 'critical' | 'under-damped' | 'oscillating' | 'diverging';

/** `|λη − 1|`: by how much the distance to the minimum along an eigenvector shrinks at each step. */
export function contraction(curvature: number, stepSize: number): number {
  requirePositive('contraction', 'step size', stepSize);
  return Math.abs(curvature * stepSize - 1);
}

/** The regime of λη. */
export function regimeOf(curvature: number, stepSize: number): Regime {
  requirePositive('regime', 'step size', stepSize);
  const product = curvature * stepSize;
  if (product === 0) return 'still';
  if (product < 0 || product > 2) return 'diverging';
  if (product === 2) return 'oscillating';
  if (product === 1) return 'critical';
  return product < 1 ? 'over-damped' : 'under-damped';
}

export interface QuadraticDescentOptions {
  /** η > 0 */
  readonly stepSize: number;
  readonly start: readonly number[];
  readonly steps: number;
}

/** What gradient descent does on a quadratic, step by step. */
export interface QuadraticDescent {
  /** x_0 … x_steps */
  readonly path: readonly (readonly number[])[];
  /** ½ xᵀHx at each. */
  readonly values: readonly number[];
  /** Eigenvalues of H, ascending, with what theory says of each. */
  readonly directions: readonly {
    readonly curvature: number;
    readonly regime: Regime;
    /** |λη − 1| */
    readonly predicted: number;
    /** Measured: `(|c_steps|/|c_0|)^{1/steps}` of the coordinate c along the eigenvector; NaN if c_0 = 0. */
    readonly measured: number;
  }[];
  /** `cos(g_{t−1}, g_t)`, t = 1 … steps; NaN where a gradient is zero. */
  readonly cosines: readonly number[];
}

/**
 * Gradient descent on `½ xᵀHx`: the path, rates along the eigenvectors, and cosines of consecutive gradients (row W-quad).
 * Throws `USAGE` for a matrix that is not symmetric, η ≤ 0, or a start of another dimension.
 */
export async function descendQuadratic(
  runtime: Runtime,
  hessian: SquareMatrix,
  { stepSize, start, steps }: QuadraticDescentOptions,
): Promise<QuadraticDescent> {
  requireWhole('quadratic', 'steps', steps, 1);
  const { values: curvatures, vectors } = eigenbasis('quadratic', hessian);
  const descent = langevin(quadratic(hessian), { stepSize });
  const record = { every: 1, from: 0 };
  const { snapshots } = await simulate(runtime, descent, pointsOf([start]), { steps, seed: 0, record });
  const path = snapshots.map(({ points }) => [...pointAt(points, 0)]);
  const gradients = path.map((x) => multiply(hessian, x));
  const along = path.map((x) =>
    vectors
      .transpose()
      .mmul(asMatrix(x.map((value) => [value])))
      .to1DArray(),
  );
  return {
    path,
    values: path.map((x, t) => dot(x, gradients[t]!) / 2),
    directions: curvatures.map((curvature, index) => ({
      curvature,
      regime: regimeOf(curvature, stepSize),
      predicted: contraction(curvature, stepSize),
      measured: Math.abs(along[steps]![index]! / along[0]![index]!) ** (1 / steps),
    })),
    cosines: gradients.slice(1).map((g, t) => cosine(gradients[t]!, g)),
  };
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, value, index) => total + value * b[index]!, 0);
const multiply = (matrix: SquareMatrix, x: readonly number[]): number[] => matrix.map((row) => dot(row, x));
const cosine = (a: readonly number[], b: readonly number[]): number =>
  dot(a, b) / (Math.hypot(...a) * Math.hypot(...b));
