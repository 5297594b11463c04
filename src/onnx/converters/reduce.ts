import { sizeOf } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { axesOf, axisOf } from './axes.ts';
import { throughFloat } from './elementwise.ts';

type Options = { readonly axes: readonly number[]; readonly keep: boolean };

/** Axes are an attribute in older versions and an input in newer ones; without any, all are reduced, or none. */
function reductionOf(call: NodeCall, x: Tensor): Options {
  const given = axesOf(call, call.integersFrom('axes', 1), x.rank);
  const none = given === undefined || given.length === 0;
  const axes = none ? (call.flag('noop_with_empty_axes', false) ? [] : x.shape.map((_, axis) => axis)) : given;
  return { axes, keep: call.flag('keepdims', true) };
}

const reduction =
  (reduce: (x: Tensor, options: Options) => Tensor): Converter =>
  (call) => {
    const x = call.input(0);
    const options = reductionOf(call, x);
    if (options.axes.length > 0 && sizeOf(x.shape) === 0)
      throw call.refuse(`elements to reduce, got [${x.shape.join(',')}]`);
    return throughFloat([x], (value) => reduce(value, options));
  };

/** Softmax and its kin: before version 13 over all axes from `axis` on, since then along `axis`. */
const normalised =
  (normalise: (x: Tensor, axis: number) => Tensor): Converter =>
  (call) => {
    const x = call.input(0);
    if (call.opset >= 13) return normalise(x, axisOf(call, call.integer('axis', -1), x.rank));
    const axis = axisOf(call, call.integer('axis', 1), x.rank);
    if (axis === x.rank - 1) return normalise(x, axis);
    const flat = ops.reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
    return ops.reshape(normalise(flat, 1), x.shape);
  };

export const reduceConverters: ConverterTable = {
  ReduceSum: always(reduction(ops.sum)),
  ReduceMean: always(reduction(ops.mean)),
  ReduceMax: always(reduction(ops.max)),
  ReduceMin: always(reduction(ops.min)),
  ReduceProd: always(reduction(ops.product)),
  ReduceL1: always(reduction(ops.norm1)),
  ReduceL2: always(reduction(ops.norm2)),
  ReduceSumSquare: always(reduction(ops.sumOfSquares)),
  ReduceLogSum: always(reduction(ops.logSum)),
  ReduceLogSumExp: always(reduction(ops.logSumExp)),
  Softmax: always(normalised(ops.softmax)),
  LogSoftmax: always(normalised(ops.logSoftmax)),
  Hardmax: always(normalised(ops.hardmax)),
};
