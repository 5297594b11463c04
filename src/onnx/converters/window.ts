import { sizeOf } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import type { NodeCall } from '../call.ts';

/** How a window moves over an image. */
export interface WindowGeometry {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Signals [n, c, l] are images of one row; other numbers of axes are refused. */
export function asImage(call: NodeCall, x: Tensor): Tensor {
  if (x.rank === 4) return x;
  if (x.rank === 3) return ops.reshape(x, [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!]);
  throw call.refuse(`one or two axes of space, got an input of [${x.shape.join(',')}]`);
}

/** The inverse of {@link asImage} for a result of `like`. */
export const asSignal = (y: Tensor, like: Tensor): Tensor =>
  like.rank === 3 ? ops.reshape(y, [...y.shape.slice(0, 2), sizeOf(y.shape.slice(2))]) : y;

/** A pair of numbers by axis, of one number for signals. */
export function pairOf(call: NodeCall, name: string, x: Tensor, otherwise: number): [number, number] {
  const axes = x.rank - 2;
  const given = call.has(name) ? call.integers(name) : new Array<number>(axes).fill(otherwise);
  if (given.length !== axes || given.some((value) => value < 0))
    call.fail(`${axes} sizes as ${name}, got [${given.join(',')}]`);
  return axes === 1 ? [otherwise, given[0]!] : [given[0]!, given[1]!];
}

/** The window of a convolution or a pool, padding written out where the node only names a rule for it. */
export function windowOf(call: NodeCall, x: Tensor, kernel: readonly [number, number]): WindowGeometry {
  const strides = pairOf(call, 'strides', x, 1);
  const dilations = pairOf(call, 'dilations', x, 1);
  if ([...kernel, ...strides, ...dilations].some((value) => value < 1))
    call.fail('positive kernels, strides and dilations');
  const rule = call.text('auto_pad', 'NOTSET');
  if (rule === 'NOTSET') return { kernel, strides, dilations, pads: padsOf(call, x) };
  if (rule === 'VALID') return { kernel, strides, dilations, pads: [0, 0, 0, 0] };
  if (rule !== 'SAME_UPPER' && rule !== 'SAME_LOWER') call.fail(`auto_pad NOTSET, VALID or SAME, got "${rule}"`);
  const sizes = asImage(call, x).shape.slice(2);
  const total = sizes.map((size, axis) => {
    const span = dilations[axis]! * (kernel[axis]! - 1) + 1;
    return Math.max(0, (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + span - size);
  });
  const [before, after] = sameSides(total, rule === 'SAME_UPPER');
  return { kernel, strides, dilations, pads: [before[0]!, before[1]!, after[0]!, after[1]!] };
}

/** Padding on both sides; what cannot be halved goes to the end, or to the beginning. */
export function sameSides(total: readonly number[], upper: boolean): [before: number[], after: number[]] {
  const smaller = total.map((width) => Math.floor(width / 2));
  const larger = total.map((width, axis) => width - smaller[axis]!);
  return upper ? [smaller, larger] : [larger, smaller];
}

/** Padding that a node states: begins, then ends. */
export function padsOf(call: NodeCall, x: Tensor): [number, number, number, number] {
  const axes = x.rank - 2;
  const given = call.has('pads') ? call.integers('pads') : new Array<number>(2 * axes).fill(0);
  if (given.length !== 2 * axes || given.some((value) => value < 0))
    call.fail(`${2 * axes} widths as pads, got [${given.join(',')}]`);
  return axes === 1 ? [0, given[0]!, 0, given[1]!] : [given[0]!, given[1]!, given[2]!, given[3]!];
}
