import { hostTensor, ThalwegError } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { add, constant, div, erf, exp, log, max, mul, relu, reshape, sub, sum } from '../../ops/index.ts';
import { classRows, labelScore, otherScores } from './classes.ts';

/** Parameters of the three losses that row G-track follows; a loss that is left out is not computed. */
export interface LossGrid {
  /** γ ≥ 0 of {@link hinge}. */
  readonly hinge?: readonly number[];
  /** T > 0 of {@link temperedCrossEntropy}. */
  readonly crossEntropy?: readonly number[];
  /** σ > 0 of {@link gcdf}. */
  readonly gcdf?: readonly number[];
}

export type GridLoss = keyof LossGrid;

/**
 * The losses of each example for every parameter of a grid at once: loss → [parameters, n]. The same as the losses one by
 * one, for half the time where there are eight parameters each: examples lie next to each other, so that every
 * operator works on long rows.
 *
 * @param scores [n, classes]
 * @param labels int64 [n]
 * @param featureNorm ‖x‖ [n] of the top layer's inputs, for Gcdf
 *
 * Throws `USAGE` for parameters outside their range.
 */
export function lossGrid(
  grid: LossGrid,
  scores: Tensor,
  labels: Tensor,
  featureNorm: Tensor,
): Partial<Record<GridLoss, Tensor>> {
  requireRange('hinge', 'margins from 0 on', grid.hinge, (margin) => margin >= 0);
  requireRange('crossEntropy', 'positive temperatures', grid.crossEntropy, (temperature) => temperature > 0);
  requireRange('gcdf', 'positive standard deviations', grid.gcdf, (sigma) => sigma > 0);
  const rows = classRows(scores);
  const label = labelScore(scores, labels);
  const distances = sub(otherScores(scores, labels), label);
  return {
    ...(grid.hinge?.length && { hinge: hinges(distances, grid.hinge) }),
    ...(grid.crossEntropy?.length && { crossEntropy: crossEntropies(rows, label, grid.crossEntropy) }),
    ...(grid.gcdf?.length && { gcdf: gcdfs(div(distances, reshape(featureNorm, [1, -1])), grid.gcdf) }),
  };
}

/** `Σ_{j≠y} max(0, γ + s_j − s_y)` */
const hinges = (distances: Tensor, margins: readonly number[]): Tensor =>
  overClasses(distances, (flat) => relu(add(flat, column(margins, flat))));

/** `log Σ_j exp((s_j − m)/T) + (m − s_y)/T` with m the largest score */
function crossEntropies(rows: Tensor, label: Tensor, temperatures: readonly number[]): Tensor {
  const top = max(rows, { axes: [0], keep: true });
  const inverse = temperatures.map((temperature) => 1 / temperature);
  const sums = overClasses(sub(rows, top), (flat) => exp(mul(flat, column(inverse, flat))));
  return add(log(sums), mul(sub(top, label), column(inverse, top)));
}

/** `Σ_{j≠y} (1 + erf(z_j/(2σ)))/2` with z_j = (s_j − s_y)/‖x‖ */
function gcdfs(scaled: Tensor, sigmas: readonly number[]): Tensor {
  const inverse = sigmas.map((sigma) => 1 / (2 * sigma));
  return overClasses(scaled, (flat) => mul(add(erf(mul(flat, column(inverse, flat))), 1), 0.5));
}

/** Σ over classes of `f` of each parameter: [classes, n] → [parameters, n]; `f` takes all classes and examples as one row. */
function overClasses(values: Tensor, f: (row: Tensor) => Tensor): Tensor {
  const [classes, count] = values.shape as [number, number];
  const grid = f(reshape(values, [1, classes * count]));
  return sum(reshape(grid, [grid.shape[0]!, classes, count]), { axes: [1] });
}

/** Numbers below each other, of the type of `like`: [numbers, 1]. */
const column = (values: readonly number[], like: Tensor): Tensor =>
  constant(hostTensor(like.dtype, [values.length, 1], values));

function requireRange(
  loss: GridLoss,
  range: string,
  values: readonly number[] | undefined,
  holds: (value: number) => boolean,
): void {
  const wrong = values?.find((value) => !(holds(value) && value < Infinity));
  if (wrong !== undefined) throw new ThalwegError('USAGE', `loss grid ${loss}: expected ${range}, got ${wrong}`);
}
