import type { Tensor } from '../../graph/index.ts';
import { apply, axisOf } from '../apply.ts';
import { cast, range, reshape } from './basic.ts';
import { equal, mul, square, sub } from './elementwise.ts';
import { mean, sum } from './reduce.ts';

/** `exp(x)/Σ exp(x)` along an axis (default: the last). */
export const softmax = (x: Tensor, axis = -1): Tensor => apply('Softmax', [x], { axis: axisOf('Softmax', x, axis) });

/** `x − log Σ exp(x)` along an axis (default: the last). */
export const logSoftmax = (x: Tensor, axis = -1): Tensor =>
  apply('LogSoftmax', [x], { axis: axisOf('LogSoftmax', x, axis) });

/** Row `i` is 1 at `labels[i]`, 0 elsewhere: labels int64 [n] → [n, classes]. A label outside the range gives a row of zeros. */
export function oneHot(labels: Tensor, classes: number, dtype: 'float32' | 'float64' = 'float32'): Tensor {
  return cast(equal(reshape(labels, [...labels.shape, 1]), range(classes, 'int64')), dtype);
}

/** `x[i, labels[i]]`: x [n, classes], labels int64 [n] → [n]. */
export function pickLabel(x: Tensor, labels: Tensor): Tensor {
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
  return sum(mul(x, oneHot(labels, x.shape[x.rank - 1]!, dtype)), { axes: [-1] });
}

/** Axes over which batch normalisation takes its statistics: all but the channel axis 1. */
export const statisticsAxes = (x: { readonly shape: readonly number[] }): number[] =>
  x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));

/** Mean and biased variance of each channel over the batch, x [n, c, …], each shaped [1, c, 1, …]. */
export function batchMoments(x: Tensor): { mean: Tensor; variance: Tensor } {
  const axes = statisticsAxes(x);
  const centre = mean(x, { axes, keep: true });
  return { mean: centre, variance: mean(square(sub(x, centre)), { axes, keep: true }) };
}

/**
 * Batch normalisation in train mode: `γ·(x − μ)/√(σ² + ε) + β` with the batch's own mean μ and biased variance σ² per
 * channel; x [n, c, …], scale γ [c], shift β [c]. Derivatives go through μ and σ².
 */
export function batchNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon = 1e-5): Tensor {
  return apply('BatchNormalizationTraining', [x, scale, shift], { epsilon });
}
