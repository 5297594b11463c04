import type { Shape } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { apply, axisOf } from '../apply.ts';
import { expand, reshape, stopGradient } from './basic.ts';
import { add, exp, log, mul, neg, sub } from './elementwise.ts';

export interface ReduceOptions {
  /** Axes that are reduced; default: all. */
  readonly axes?: readonly number[];
  /** Keep reduced axes with size 1; default: false. */
  readonly keep?: boolean;
}

/** The axes that are reduced, counted from the front, in order, each once. */
function reducedAxes(operator: string, x: Tensor, { axes }: ReduceOptions): number[] {
  const chosen = new Set(axes?.map((axis) => axisOf(operator, x, axis)) ?? x.shape.keys());
  return [...chosen].sort((a, b) => a - b);
}

const dropAxes = (reduced: Tensor, axes: readonly number[]): Tensor =>
  reshape(
    reduced,
    reduced.shape.filter((_, axis) => !axes.includes(axis)),
  );

function reduction(operator: string, x: Tensor, options: ReduceOptions): Tensor {
  const axes = reducedAxes(operator, x, options);
  if (axes.length === 0) return x;
  const reduced = apply(operator, [x], { axes });
  return options.keep ? reduced : dropAxes(reduced, axes);
}

/** Sum over axes. */
export const sum = (x: Tensor, options: ReduceOptions = {}): Tensor => reduction('ReduceSum', x, options);

/** `Σ_k Σ x_k`: the sum of all elements of all tensors, a scalar; at least one tensor. */
export const total = (tensors: readonly Tensor[]): Tensor => apply('Total', tensors);

/** Largest over axes; equal largest elements share the derivative. */
export const max = (x: Tensor, options: ReduceOptions = {}): Tensor => reduction('ReduceMax', x, options);

/** Smallest over axes; equal smallest elements share the derivative. */
export const min = (x: Tensor, options: ReduceOptions = {}): Tensor => neg(max(neg(x), options));

/** Arithmetic mean over axes. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const count = reducedAxes('ReduceSum', x, options).reduce((product, axis) => product * x.shape[axis]!, 1);
  return mul(sum(x, options), 1 / count);
}

/** `log Σ exp(x)` over axes, safe for large `x`: the maximum is taken out first. */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = reducedAxes('ReduceMax', x, options);
  const top = stopGradient(max(x, { axes, keep: true }));
  const total = add(log(sum(exp(sub(x, top)), { axes, keep: true })), top);
  return options.keep ? total : dropAxes(total, axes);
}

/**
 * The sum of `x` over the axes along which `shape` was broadcast to `x.shape`: the transpose of broadcasting. The one
 * place where a gradient is brought back to the shape of its source.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : []));
  return axes.length === 0 ? x : reshape(sum(x, { axes, keep: true }), shape);
}

/**
 * {@link sumTo} for each example apart: x [n, …] summed over the axes along which a tensor of `shape`, the same for all
 * examples ({@link isForEach}), was broadcast to one example of x: [n, …shape].
 */
export function sumToEach(x: Tensor, shape: Shape): Tensor {
  const count = x.shape[0]!;
  const lead = x.rank - shape.length;
  const aligned = lead === 0 ? shape.slice(1) : [...new Array<number>(lead - 1).fill(1), ...shape];
  return reshape(sumTo(x, [count, ...aligned]), [count, ...shape]);
}

/** Whether a tensor of `shape`, broadcast to `x`, is the same for every row of x along axis 0. */
export const isForEach = (x: Tensor, shape: Shape): boolean =>
  shape.length < x.rank || (shape.length === x.rank && x.rank > 0 && shape[0] === 1);

/** `x` broadcast to `shape`: the transpose of {@link sumTo}. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => expand(x, shape);
