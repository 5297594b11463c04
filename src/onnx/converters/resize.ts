import { hostTensor, type HostTensor } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { quote } from '../problem.ts';
import { throughFloat } from './elementwise.ts';

/** How one axis is made longer or shorter. */
interface Resized {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  /** Of a step of the old axis in steps of the new one; `to/from` but for rounding. */
  readonly scale: number;
}

/** Elements of an axis at most: positions are listed, whatever a damaged file claims. */
const longest = 65_536;

/** Where position `x` of the new axis lies on the old one, by name of `coordinate_transformation_mode`. */
const places: Readonly<Record<string, (x: number, axis: Resized) => number>> = {
  half_pixel: (x, { scale }) => (x + 0.5) / scale - 0.5,
  half_pixel_symmetric: (x, { from, to, scale }) => {
    const share = to / (scale * from);
    return (from / 2) * (1 - share) + (x + 0.5) / scale - 0.5;
  },
  pytorch_half_pixel: (x, { to, scale }) => (to > 1 ? (x + 0.5) / scale - 0.5 : 0),
  align_corners: (x, { from, to }) => (to === 1 ? 0 : (x * (from - 1)) / (to - 1)),
  asymmetric: (x, { scale }) => x / scale,
};

/** The old position that stands for a place between two, by name of `nearest_mode`. */
const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** One of the functions of an attribute's values. */
function chosen<Value>(call: NodeCall, table: Readonly<Record<string, Value>>, name: string, otherwise: string): Value {
  const value = call.text(name, otherwise);
  if (Object.hasOwn(table, value)) return table[value]!;
  throw call.refuse(`${name} ${Object.keys(table).join(', ')}, got ${quote(value)}`);
}

const within = (position: number, { from }: Resized): number => Math.min(Math.max(position, 0), from - 1);

const indices = (positions: readonly number[]): Tensor =>
  ops.constant(hostTensor('int64', [positions.length], BigInt64Array.from(positions, BigInt)));

/** Elements of the new axis from the old one's: [from] → [to], each axis by itself, so that linear means bilinear of two. */
type Along = (x: Tensor, axis: Resized) => Tensor;

const nearest =
  (place: (x: number, axis: Resized) => number, round: (x: number) => number): Along =>
  (x, axis) =>
    ops.gather(x, indices(Array.from({ length: axis.to }, (_, at) => within(round(place(at, axis)), axis))), axis.axis);

/** `y_i = (1 − f_i)·x_⌊p_i⌋ + f_i·x_⌊p_i⌋+1` with the place p_i and its fraction f_i; beyond the ends the last element goes on. */
const linear =
  (place: (x: number, axis: Resized) => number): Along =>
  (x, axis) => {
    const at = Array.from({ length: axis.to }, (_, position) => place(position, axis));
    const shape = x.shape.map((_, other) => (other === axis.axis ? axis.to : 1));
    const part = (step: 0 | 1): Tensor => {
      const share = at.map((p) => (step === 1 ? p - Math.floor(p) : 1 - (p - Math.floor(p))));
      const elements = indices(at.map((p) => within(Math.floor(p) + step, axis)));
      const dtype = x.dtype === 'float32' ? 'float32' : 'float64';
      const weights: HostTensor = hostTensor(dtype, shape, share);
      return ops.mul(ops.gather(x, elements, axis.axis), ops.constant(weights));
    };
    return ops.add(part(0), part(1));
  };

function alongOf(call: NodeCall, coordinates: string, rounding: string): Along {
  const mode = call.text('mode', 'nearest');
  const place = chosen(call, places, 'coordinate_transformation_mode', coordinates);
  if (mode === 'nearest') return nearest(place, chosen(call, roundings, 'nearest_mode', rounding));
  if (mode !== 'linear' && mode !== 'bilinear') throw call.refuse(`mode nearest or linear, got ${quote(mode)}`);
  if (call.flag('antialias', false)) throw call.refuse('no antialias, got antialias 1');
  return linear(place);
}

/** Numbers of an input; undefined where it is left out or empty, as exporters write it. */
function numbersOf(call: NodeCall, index: number): number[] | undefined {
  if (call.optional(index) === undefined) return undefined;
  const { data } = call.known(index);
  return data.length === 0 ? undefined : Array.from(data, Number);
}

/** The axes that change, by scales or by sizes of all axes or of those that the node names. */
function axesOf(call: NodeCall, x: Tensor, scales?: readonly number[], sizes?: readonly number[]): Resized[] {
  const axes = call.has('axes') ? call.integers('axes').map((axis) => (axis < 0 ? axis + x.rank : axis)) : null;
  const over = axes ?? x.shape.map((_, axis) => axis);
  const given = sizes ?? scales ?? call.fail('scales or sizes, got neither');
  if (given.length !== over.length) call.fail(`${over.length} of them, one an axis, got [${given.join(',')}]`);
  const policy = call.text('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') throw call.refuse(`keep_aspect_ratio_policy stretch, got ${quote(policy)}`);
  return over.flatMap((axis, index) => {
    const from = x.shape[axis] ?? call.fail(`axes of [${x.shape.join(',')}], got ${axis}`);
    const scale = sizes === undefined ? given[index]! : given[index]! / from;
    const to = sizes === undefined ? Math.floor(from * scale) : given[index]!;
    if (!(Number.isSafeInteger(to) && to > 0 && to <= longest))
      call.fail(`sizes from 1 to ${longest}, got ${to} of axis ${axis}`);
    return scale === 1 ? [] : [{ axis, from, to, scale }];
  });
}

const resized = (call: NodeCall, along: Along, axes: readonly Resized[]): Tensor =>
  throughFloat([call.input(0)], (x) => axes.reduce(along, x));

const resize = (call: NodeCall): Tensor =>
  resized(
    call,
    alongOf(call, 'half_pixel', 'round_prefer_floor'),
    axesOf(call, call.input(0), numbersOf(call, 2), numbersOf(call, 3)),
  );

/** Before version 11, and as `Upsample`: corners stay where they are, scales alone. */
const upsample = (call: NodeCall): Tensor =>
  resized(
    call,
    alongOf(call, 'asymmetric', 'floor'),
    axesOf(call, call.input(0), call.has('scales') ? call.numbers('scales') : numbersOf(call, 1)),
  );

export const resizeConverters: ConverterTable = {
  Resize: [
    { since: 10, convert: upsample },
    { since: 11, convert: resize },
  ],
  Upsample: always(upsample, 7),
};
