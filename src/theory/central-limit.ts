import type { Runtime } from '../runtime/index.ts';
import {
  covarianceEstimate,
  kolmogorovToNormal,
  leastSquaresLine,
  wassersteinToNormal,
  type CovarianceEstimate,
} from '../statistics/index.ts';
import { requireWhole, wrongUse } from './check.ts';
import type { Dynamics } from './dynamics.ts';
import type { EmpiricalRisk } from './empirical-risk.ts';
import type { FlowState } from './gradient-flow.ts';
import { langevin } from './langevin.ts';
import { frobeniusNorm, difference, relativeDifference } from './matrix.ts';
import { coordinate, pointAt, repeated, type Points } from './points.ts';
import { simulate } from './simulate.ts';
import { gradientDiffusion, stochasticGradient } from './stochastic-gradient.ts';

export interface ScalingOptions {
  /** x_0, the same for all chains. */
  readonly start: readonly number[];
  /** T: SGD takes T/δ steps. */
  readonly time: number;
  /** δ; T must be a whole number of steps. */
  readonly stepSize: number;
  /** m */
  readonly batch: number;
  /** Chains; their means carry standard errors. */
  readonly chains: number;
  /** Steps of Euler–Maruyama in one step of SGD; default 4. */
  readonly refinement?: number;
  readonly seed: number;
}

/** How a sample of chains at time T compares with the Ornstein–Uhlenbeck limit around the gradient flow. */
export interface LimitComparison extends CovarianceEstimate {
  /** ‖mean − X(T)‖ */
  readonly meanDistance: number;
  /** `‖(m/δ)Ĉ − C(T)‖_F/‖C(T)‖_F` */
  readonly covarianceDistance: number;
  /** What sampling alone makes of the last, a root mean square. */
  readonly covarianceError: number;
  /** Of each coordinate of `√(m/δ)(x − X)`, in units of its limit's standard deviation: Wasserstein distance to N(0, 1). */
  readonly wasserstein: readonly number[];
  /** Kolmogorov's distance of each coordinate to its limit. */
  readonly kolmogorov: readonly number[];
}

/** SGD at one step size against what stands for it as δ → 0, at the same time T. */
export interface Scaling {
  readonly stepSize: number;
  /** ‖x_GD − X(T)‖: the error of plain descent, of order δ. */
  readonly descentDistance: number;
  readonly sgd: LimitComparison;
  readonly diffusion: LimitComparison;
  /** ‖mean of SGD − mean of the diffusion‖: a weak error of order δ. */
  readonly meanDistance: number;
  /** Its standard error: what sampling alone makes of it, a root mean square. */
  readonly meanError: number;
  /** ‖Ĉ_SGD − Ĉ_diffusion‖_F/‖Ĉ_diffusion‖_F */
  readonly covarianceDistance: number;
}

/**
 * Compares SGD, its diffusion `dX = −∇f dt − √(δ/m) σ dB`, and the limit `X(T) + √(δ/m)·N(0, C(T))` at one step δ (row F-sde), all from one
 * start. Chains of SGD and of the diffusion draw from streams of their own.
 *
 * Throws `USAGE` unless T/δ is a whole number.
 *
 * @param limit X(T) and C(T), of the same risk, start and time
 */
export async function compareAtStep(
  runtime: Runtime,
  risk: EmpiricalRisk,
  limit: FlowState,
  options: ScalingOptions,
): Promise<Scaling> {
  const { start, stepSize, batch, chains, refinement = 4, seed } = options;
  const steps = stepsIn(options);
  requireWhole('central limit', 'chains', chains, 2);
  const run = (dynamics: Dynamics, count: number, length: number): Promise<Points> =>
    simulate(runtime, dynamics, repeated(start, count), { steps: length, seed }).then(({ end }) => end);
  const descent = await run(langevin(risk, { stepSize }), 1, steps);
  const sgdEnd = await run(stochasticGradient(risk, { stepSize, batch }), chains, steps);
  const diffusion = gradientDiffusion(risk, { stepSize, batch, refinement });
  const diffusionEnd = await run(diffusion, chains, steps * refinement);
  const scale = batch / stepSize;
  const [sgd, other] = [compareWithLimit(sgdEnd, limit, scale), compareWithLimit(diffusionEnd, limit, scale)];
  return {
    stepSize,
    descentDistance: distance([...pointAt(descent, 0)], limit.point),
    sgd,
    diffusion: other,
    meanDistance: distance(sgd.mean, other.mean),
    meanError: Math.hypot(...sgd.meanError, ...other.meanError),
    covarianceDistance: frobeniusNorm(difference(sgd.covariance, other.covariance)) / frobeniusNorm(other.covariance),
  };
}

/** Compares chains at time T with `N(X, C/scale)`. */
function compareWithLimit(points: Points, { point, covariance }: FlowState, scale: number): LimitComparison {
  const columns = point.map((_, axis) => coordinate(points, axis));
  const estimate = covarianceEstimate(columns);
  const scaled = estimate.covariance.map((row) => row.map((value) => value * scale));
  const standard = columns.map((column, axis) => {
    const deviation = Math.sqrt(covariance[axis]![axis]! / scale);
    return column.map((value) => (value - point[axis]!) / deviation);
  });
  const unit = { mean: 0, deviation: 1 };
  return {
    ...estimate,
    meanDistance: distance(estimate.mean, point),
    covarianceDistance: relativeDifference(scaled, covariance),
    covarianceError: (estimate.frobeniusError * scale) / frobeniusNorm(covariance),
    wasserstein: standard.map((column) => wassersteinToNormal(column, unit)),
    kolmogorov: standard.map((column) => kolmogorovToNormal(column, unit).distance),
  };
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, axis) => value - b[axis]!));

function stepsIn({ time, stepSize }: ScalingOptions): number {
  const steps = Math.round(time / stepSize);
  if (steps < 1 || Math.abs(steps * stepSize - time) > 1e-9 * time)
    throw wrongUse('central limit', `a time of a whole number of steps of ${stepSize}`, time);
  return steps;
}

/**
 * The order q of an error that falls as `δ^q`: slope of the line of log error against log δ. Throws `USAGE` for an error that is not
 * positive, or fewer than two different steps.
 */
export function orderOf(stepSizes: readonly number[], errors: readonly number[]): number {
  const wrong = [...stepSizes, ...errors].find((value) => !(value > 0));
  if (wrong !== undefined) throw wrongUse('order', 'positive steps and errors', wrong);
  return leastSquaresLine(stepSizes.map(Math.log), errors.map(Math.log)).slope;
}
