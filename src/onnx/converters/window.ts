import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import type { NodeCall } from '../call.ts';

/** How a window moves over the axes of space, a number for each. */
export interface WindowGeometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Widths in front of and behind every axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** A window over two axes, as the builders of `ops` take it. */
export interface ImageWindow {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Numbers by axis of space: an attribute, or one number for all. */
export function sizesOf(call: NodeCall, name: string, x: Tensor, otherwise: number): readonly number[] {
  const axes = x.rank - 2;
  if (axes < 1) call.fail(`axes of space, got an input of [${x.shape.join(',')}]`);
  const given = call.has(name) ? call.integers(name) : new Array<number>(axes).fill(otherwise);
  if (given.length !== axes || given.some((value) => value < Math.min(1, otherwise) || value > 2 ** 31))
    call.fail(`${axes} sizes as ${name}, got [${given.join(',')}]`);
  return given;
}

/** The window of a convolution or a pool, padding written out where the node only names a rule for it. */
export function windowOf(call: NodeCall, x: Tensor, kernel: readonly number[]): WindowGeometry {
  const strides = sizesOf(call, 'strides', x, 1);
  const dilations = sizesOf(call, 'dilations', x, 1);
  return { kernel, strides, dilations, ...paddingOf(call, x, { kernel, strides, dilations }) };
}

function paddingOf(
  call: NodeCall,
  x: Tensor,
  { kernel, strides, dilations }: Pick<WindowGeometry, 'kernel' | 'strides' | 'dilations'>,
): Pick<WindowGeometry, 'before' | 'after'> {
  const rule = call.text('auto_pad', 'NOTSET');
  if (rule === 'NOTSET') return padsOf(call, x);
  const sizes = x.shape.slice(2);
  if (rule === 'VALID') return { before: sizes.map(() => 0), after: sizes.map(() => 0) };
  if (rule !== 'SAME_UPPER' && rule !== 'SAME_LOWER') call.fail(`auto_pad NOTSET, VALID or SAME, got "${rule}"`);
  const total = sizes.map((size, axis) => {
    const span = dilations[axis]! * (kernel[axis]! - 1) + 1;
    return Math.max(0, (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + span - size);
  });
  return sameSides(total, rule === 'SAME_UPPER');
}

/** Padding on both sides; what cannot be halved goes to the end, or to the beginning. */
export function sameSides(total: readonly number[], upper: boolean): Pick<WindowGeometry, 'before' | 'after'> {
  const smaller = total.map((width) => Math.floor(width / 2));
  const larger = total.map((width, axis) => width - smaller[axis]!);
  return upper ? { before: smaller, after: larger } : { before: larger, after: smaller };
}

/** Padding that a node states: begins, then ends. */
export function padsOf(call: NodeCall, x: Tensor): Pick<WindowGeometry, 'before' | 'after'> {
  const axes = x.rank - 2;
  const given = call.has('pads') ? call.integers('pads') : new Array<number>(2 * axes).fill(0);
  if (given.length !== 2 * axes || given.some((value) => value < 0 || value > 2 ** 31))
    call.fail(`${2 * axes} widths as pads, got [${given.join(',')}]`);
  return { before: given.slice(0, axes), after: given.slice(axes) };
}

/** Signals [n, c, l] as images of one row; convolutions over other numbers of axes are refused. */
export function asImage(call: NodeCall, x: Tensor): Tensor {
  if (x.rank === 4) return x;
  if (x.rank === 3) return ops.reshape(x, [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!]);
  throw call.refuse(`one or two axes of space, got an input of [${x.shape.join(',')}]`);
}

/** The inverse of {@link asImage} for a result of `like`. */
export const asSignal = (y: Tensor, like: Tensor): Tensor =>
  like.rank === 3 ? ops.reshape(y, [y.shape[0]!, y.shape[1]!, y.shape[3]!]) : y;

/** A pair of numbers for images from those for every axis: signals are one row. */
export const asPair = (values: readonly number[], row: number): [number, number] =>
  values.length === 1 ? [row, values[0]!] : [values[0]!, values[1]!];

/** The same window over images. */
export function asImageWindow({ kernel, strides, dilations, before, after }: WindowGeometry): ImageWindow {
  return {
    kernel: asPair(kernel, 1),
    strides: asPair(strides, 1),
    dilations: asPair(dilations, 1),
    pads: [...asPair(before, 0), ...asPair(after, 0)],
  };
}
