import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { throughFloat } from './elementwise.ts';
import {
  asImage,
  asImageWindow,
  asSignal,
  sizesOf,
  windowOf,
  type ImageWindow,
  type WindowGeometry,
} from './window.ts';

/** Windows over one, two or three axes of space. */
type Pool = (x: Tensor, options: ImageWindow & { readonly ceilMode: boolean }) => Tensor;

const pooled =
  (poolFor: (call: NodeCall) => Pool): Converter =>
  (call) => {
    const x = call.input(0);
    const window = windowOf(call, x, sizesOf(call, 'kernel_shape', x, 1));
    const pool = poolFor(call);
    const ceilMode = call.flag('ceil_mode', false);
    const apply = (image: Tensor, geometry: WindowGeometry): Tensor =>
      pool(image, { ...asImageWindow(geometry), ceilMode });
    return throughFloat([x], (value) =>
      value!.rank === 5 ? inVolume(value!, window, apply) : asSignal(apply(asImage(call, value!), window), value!),
    );
  };

/** Maxima and means over a box are those over its depth of those over its planes. */
function inVolume(x: Tensor, window: WindowGeometry, pool: (image: Tensor, window: WindowGeometry) => Tensor): Tensor {
  const [n, c, depth, height, width] = x.shape as [number, number, number, number, number];
  const part = (from: number, to: number): WindowGeometry => ({
    kernel: window.kernel.slice(from, to),
    strides: window.strides.slice(from, to),
    dilations: window.dilations.slice(from, to),
    before: window.before.slice(from, to),
    after: window.after.slice(from, to),
  });
  const planes = pool(ops.reshape(x, [n * c, depth, height, width]), part(1, 3));
  const [, , rows, columns] = planes.shape as [number, number, number, number];
  const columnsOfDepth = ops.transpose(ops.reshape(planes, [n, c, depth, rows * columns]), [0, 1, 3, 2]);
  const deep = pool(columnsOfDepth, { ...part(0, 1) });
  const result = ops.transpose(deep, [0, 1, 3, 2]);
  return ops.reshape(result, [n, c, result.shape[2]!, rows, columns]);
}

function maxPool(call: NodeCall): Pool {
  if (call.hasOutput(1)) throw call.refuse('one output, got the places of the largest elements as well');
  return ops.maxPool2d;
}

function averagePool(call: NodeCall): Pool {
  const countPadding = call.flag('count_include_pad', false);
  return (x, options) => ops.averagePool2d(x, { ...options, countPadding });
}

function lpPool(call: NodeCall): Pool {
  const p = call.integer('p', 2);
  return (x, options) => ops.lpPool2d(x, { ...options, p });
}

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
