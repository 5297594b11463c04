import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { asImage, asSignal, pairOf, windowOf } from './window.ts';

const pooled = (call: NodeCall) => {
  const x = call.input(0);
  const image = asImage(call, x);
  return { x, image, window: windowOf(call, x, pairOf(call, 'kernel_shape', x, 1)) };
};

function maxPool(call: NodeCall): Tensor {
  if (call.hasOutput(1)) throw call.refuse('one output, got the places of the largest elements as well');
  const { x, image, window } = pooled(call);
  return asSignal(ops.maxPool2d(image, window), x);
}

function averagePool(call: NodeCall): Tensor {
  const { x, image, window } = pooled(call);
  return asSignal(ops.averagePool2d(image, { ...window, countPadding: call.flag('count_include_pad', false) }), x);
}

/** Over all axes of space, which stay with size 1. */
const global =
  (reduce: typeof ops.mean): Converter =>
  (call) => {
    const x = call.input(0);
    if (x.rank < 3) call.fail(`axes of space, got [${x.shape.join(',')}]`);
    return reduce(x, { axes: x.shape.map((_, axis) => axis).slice(2), keep: true });
  };

export const poolConverters: ConverterTable = {
  MaxPool: always(maxPool),
  AveragePool: always(averagePool),
  GlobalAveragePool: always(global(ops.mean)),
  GlobalMaxPool: always(global(ops.max)),
};
