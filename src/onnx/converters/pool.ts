import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { throughFloat } from './elementwise.ts';
import { asImage, asImageWindow, asSignal, sizesOf, windowOf, type WindowGeometry } from './window.ts';

/** A pool over images, and over volumes where there is one. */
interface Pool {
  readonly image: (x: Tensor, options: ops.PoolOptions) => Tensor;
  readonly volume?: (x: Tensor, options: ops.Pool3dOptions) => Tensor;
}

const pooled =
  (poolFor: (call: NodeCall) => Pool): Converter =>
  (call) => {
    const x = call.input(0);
    const window = windowOf(call, x, sizesOf(call, 'kernel_shape', x, 1));
    const { image, volume } = poolFor(call);
    const ceilMode = call.flag('ceil_mode', false);
    return throughFloat([x], (value) =>
      volume && value!.rank === 5
        ? volume(value!, { ...asBox(window), ceilMode })
        : asSignal(image(asImage(call, value!), { ...asImageWindow(window), ceilMode }), value!),
    );
  };

type Triple = [number, number, number];

const asBox = ({ kernel, strides, dilations, before, after }: WindowGeometry) => ({
  kernel: kernel as Triple,
  strides: strides as Triple,
  dilations: dilations as Triple,
  pads: [...before, ...after] as [...Triple, ...Triple],
});

function maxPool(call: NodeCall): Pool {
  if (call.hasOutput(1)) throw call.refuse('one output, got the places of the largest elements as well');
  return { image: ops.maxPool2d, volume: ops.maxPool3d };
}

function averagePool(call: NodeCall): Pool {
  const countPadding = call.flag('count_include_pad', false);
  return {
    image: (x, options) => ops.averagePool2d(x, { ...options, countPadding }),
    volume: (x, options) => ops.averagePool3d(x, { ...options, countPadding }),
  };
}

const lpPool = (call: NodeCall): Pool => ({
  image: (x, options) => ops.lpPool2d(x, { ...options, p: call.integer('p', 2) }),
});

/** Over all axes of space, which stay with size 1. */
const global =
  (reduce: (x: Tensor) => Tensor): Converter =>
  (call) => {
    const x = call.input(0);
    if (x.rank < 3) call.fail(`axes of space, got [${x.shape.join(',')}]`);
    return reduce(x);
  };

export const poolConverters: ConverterTable = {
  MaxPool: always(pooled(maxPool)),
  AveragePool: always(pooled(averagePool)),
  LpPool: always(pooled(lpPool), 2),
  GlobalAveragePool: always(global(ops.globalAveragePool)),
  GlobalMaxPool: always(global(ops.globalMaxPool)),
};
