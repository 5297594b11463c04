import type { Tensor } from '../../graph/index.ts';
import { axisOf } from '../apply.ts';
import { reshape } from './basic.ts';
import { add, div, mul, pow, reciprocal, sqrt, square, sub } from './elementwise.ts';
import { averagePool2d } from './pool.ts';
import { mean } from './reduce.ts';
import { sqrtOrZero } from './reductions.ts';

/** Normalisations within one example, made of means and products: derivatives of every order go through the statistics. */

/** `(x − μ)/√(σ² + ε)` with mean and biased variance over axes. */
function normalised(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centre = sub(x, mean(x, { axes, keep: true }));
  const variance = mean(square(centre), { axes, keep: true });
  return mul(centre, reciprocal(sqrt(add(variance, epsilon))));
}

/** `γ∘x + β`, each if given. */
function scaled(x: Tensor, scale: Tensor | undefined, shift: Tensor | undefined): Tensor {
  const product = scale ? mul(x, scale) : x;
  return shift ? add(product, shift) : product;
}

/** A vector [c] along axis 1 of x. */
const perChannel = (vector: Tensor | undefined, x: Tensor): Tensor | undefined =>
  vector && reshape(vector, [-1, ...x.shape.slice(2).map(() => 1)]);

const axesFrom = (x: Tensor, axis: number): number[] =>
  x.shape.flatMap((_, other) => (other >= axisOf('ReduceSum', x, axis) ? [other] : []));

export interface LayerNormOptions {
  /** First of the axes that are normalised together, up to the last; default −1. */
  readonly axis?: number;
  /** ε; default 1e-5. */
  readonly epsilon?: number;
}

/** Layer normalisation `γ∘(x − μ)/√(σ² + ε) + β` over the axes from `axis` on; γ and β broadcast to x. */
export const layerNorm = (
  x: Tensor,
  scale?: Tensor,
  shift?: Tensor,
  { axis = -1, epsilon = 1e-5 }: LayerNormOptions = {},
): Tensor => scaled(normalised(x, axesFrom(x, axis), epsilon), scale, shift);

/** Root-mean-square normalisation `γ∘x/√(mean x² + ε)` over the axes from `axis` on; γ broadcasts to x. */
export function rmsNorm(x: Tensor, scale?: Tensor, { axis = -1, epsilon = 1e-5 }: LayerNormOptions = {}): Tensor {
  const squares = mean(square(x), { axes: axesFrom(x, axis), keep: true });
  return scaled(mul(x, reciprocal(sqrt(add(squares, epsilon)))), scale, undefined);
}

/** Instance normalisation: statistics of each channel of each example, x [n, c, …], scale and shift [c]. */
export const instanceNorm = (x: Tensor, scale?: Tensor, shift?: Tensor, epsilon = 1e-5): Tensor =>
  scaled(normalised(x, axesFrom(x, 2), epsilon), perChannel(scale, x), perChannel(shift, x));

/** Group normalisation: statistics of each of `groups` groups of channels, x [n, c, …], scale and shift [c]. */
export function groupNorm(x: Tensor, groups: number, scale?: Tensor, shift?: Tensor, epsilon = 1e-5): Tensor {
  const rows = reshape(x, [x.shape[0]!, groups, -1]);
  return scaled(reshape(normalised(rows, [2], epsilon), x.shape), perChannel(scale, x), perChannel(shift, x));
}

/** `(x − μ)/(σ + ε)` over axes, by default all but the channels of x [n, c, h, w] (ONNX). */
export function meanVarianceNormalization(x: Tensor, axes: readonly number[] = [0, 2, 3], epsilon = 1e-9): Tensor {
  const centre = sub(x, mean(x, { axes, keep: true }));
  return div(centre, add(sqrtOrZero(mean(square(centre), { axes, keep: true })), epsilon));
}

export interface LrnOptions {
  /** Number of neighbouring channels. */
  readonly size: number;
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly bias?: number;
}

/** Local response normalisation `x/(bias + α/size·Σ x²)^β`, the sum over `size` channels around each, x [n, c, …]. */
export function localResponseNorm(x: Tensor, { size, alpha = 1e-4, beta = 0.75, bias = 1 }: LrnOptions): Tensor {
  const [n, c] = x.shape as [number, number];
  const planes = reshape(square(x), [n, 1, c, -1]);
  const before = Math.floor((size - 1) / 2);
  const means = averagePool2d(planes, { kernel: [size, 1], strides: [1, 1], pads: [before, 0, size - 1 - before, 0] });
  return div(x, pow(add(mul(reshape(means, x.shape), alpha), bias), beta));
}
