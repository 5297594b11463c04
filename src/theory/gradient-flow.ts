import { Matrix } from 'ml-matrix';
import { requirePositive, requireWhole } from './check.ts';
import type { Surveyor } from './local-geometry.ts';
import { asMatrix, symmetricRows } from './matrix.ts';

/** Where the gradient flow is, and how SGD spreads around it. */
export interface FlowState {
  /** X(t) */
  readonly point: readonly number[];
  /** Covariance of V(t), the Ornstein–Uhlenbeck limit of `√(m/δ)(x − X)`. Its mean is 0. */
  readonly covariance: number[][];
}

export interface FlowOptions {
  /** t ≥ 0 */
  readonly time: number;
  /** Steps of the integration; default 100. The error falls with their fourth power. */
  readonly steps?: number;
}

/**
 * The gradient flow `Ẋ = −∇f(X)` and the covariance of its Ornstein–Uhlenbeck limit `dV = −H(X)V dt − σ(X) dB`, V(0) = 0 (row F-sde,
 * paper F eq. 7 and 10): `Ċ = −HC − CH + σ²`, integrated together by the classical Runge–Kutta method. As t → ∞ at a minimum, C goes to the
 * solution of `ΓH + HΓ = σ²`.
 *
 * Throws `USAGE` for a time or number of steps that is not positive.
 */
export async function followGradientFlow(
  surveyor: Surveyor,
  start: readonly number[],
  { time, steps = 100 }: FlowOptions,
): Promise<FlowState> {
  requirePositive('gradient flow', 'time', time);
  requireWhole('gradient flow', 'steps', steps, 1);
  const h = time / steps;
  let state = [...start, ...start.flatMap(() => start.map(() => 0))];
  const slope = (at: readonly number[]): Promise<number[]> => derivative(surveyor, at, start.length);
  for (let step = 0; step < steps; step++) {
    const k1 = await slope(state);
    const k2 = await slope(moved(state, k1, h / 2));
    const k3 = await slope(moved(state, k2, h / 2));
    const k4 = await slope(moved(state, k3, h));
    state = state.map((value, i) => value + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  }
  return { point: state.slice(0, start.length), covariance: rows(state, start.length) };
}

const moved = (state: readonly number[], slope: readonly number[], h: number): number[] =>
  state.map((value, index) => value + h * slope[index]!);

/** C, which follows the d coordinates of X in the state. */
const rows = (state: readonly number[], d: number): number[][] =>
  Array.from({ length: d }, (_, row) => state.slice(d + row * d, d + (row + 1) * d));

async function derivative(surveyor: Surveyor, state: readonly number[], d: number): Promise<number[]> {
  const { gradient, hessian, covariance } = await surveyor.at(state.slice(0, d));
  const [h, c] = [asMatrix(hessian), asMatrix(rows(state, d))];
  const pull = Matrix.add(h.mmul(c), c.mmul(h));
  const spread = symmetricRows(Matrix.sub(asMatrix(covariance), pull));
  return [...gradient.map((slope) => -slope), ...spread.flat()];
}
