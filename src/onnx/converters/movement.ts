import { sizeOf, zerosTensor } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { quote } from '../problem.ts';
import { axesOf, axisOf } from './axes.ts';
import { pad } from './pad.ts';

/** What moves elements and computes nothing. */

const identity: Converter = (call) => call.input(0);

/** A size of 0 copies that of the input, unless `allowzero`; −1 is what is left. */
function reshape(call: NodeCall): Tensor {
  const x = call.input(0);
  const given = call.integersFrom('shape', 1) ?? call.fail('a shape, got none');
  const copied = given.map((size, axis) => {
    if (size !== 0 || call.flag('allowzero', false)) return size;
    return x.shape[axis] ?? call.fail(`zeros only at axes of the input, got [${given.join(',')}]`);
  });
  const known = sizeOf(copied.filter((size) => size !== -1));
  const open = copied.filter((size) => size === -1).length;
  const rest = open === 1 && known > 0 ? sizeOf(x.shape) / known : 0;
  const sizes = copied.map((size) => (size === -1 ? rest : size));
  const fits =
    open <= 1 && sizes.every((size) => Number.isInteger(size) && size >= 0) && sizeOf(sizes) === sizeOf(x.shape);
  if (!fits)
    call.fail(
      `a shape of ${sizeOf(x.shape)} elements for an input of [${x.shape.join(',')}], got [${given.join(',')}]`,
    );
  return ops.reshape(x, sizes);
}

/** The axes before `axis` as one, and those from it on as another. */
function flatten(call: NodeCall): Tensor {
  const x = call.input(0);
  const given = call.integer('axis', 1);
  const axis = given === x.rank ? given : axisOf(call, given, x.rank);
  return ops.reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
}

function transpose(call: NodeCall): Tensor {
  const x = call.input(0);
  return ops.transpose(x, call.has('perm') ? call.integers('perm') : undefined);
}

function squeeze(call: NodeCall): Tensor {
  const x = call.input(0);
  const axes =
    axesOf(call, call.integersFrom('axes', 1), x.rank) ?? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (axes.some((axis) => x.shape[axis] !== 1))
    call.fail(`axes of size 1, got ${axes.join(',')} of [${x.shape.join(',')}]`);
  return ops.reshape(
    x,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

function unsqueeze(call: NodeCall): Tensor {
  const x = call.input(0);
  const given = call.integersFrom('axes', 1) ?? call.fail('axes, got none');
  const axes = axesOf(call, given, x.rank + given.length)!;
  const rest = [...x.shape];
  const shape = Array.from({ length: x.rank + axes.length }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!));
  return ops.reshape(x, shape);
}

function concat(call: NodeCall): Tensor {
  const first = call.input(0);
  return ops.concat(call.inputs, axisOf(call, call.integer('axis', call.opset < 4 ? 1 : undefined), first.rank));
}

/** Ranges as ONNX has them: ends that lie outside are moved to the end of the axis. */
function slice(call: NodeCall): Tensor {
  const x = call.input(0);
  const starts = call.integersFrom('starts', 1) ?? call.fail('starts, got none');
  const ends = call.integersFrom('ends', 2) ?? call.fail('ends, got none');
  const axes = axesOf(call, call.integersFrom('axes', 3) ?? starts.map((_, axis) => axis), x.rank)!;
  const steps = call.integersFrom('steps', 4) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length) || steps.includes(0))
    call.fail(
      `as many starts, ends, axes and steps, none 0, got ${[starts, ends, axes, steps].map((list) => `[${list.join(',')}]`).join(' ')}`,
    );
  const range = { starts: x.shape.map(() => 0), ends: [...x.shape], steps: x.shape.map(() => 1) };
  axes.forEach((axis, index) => {
    const size = x.shape[axis]!;
    const step = steps[index]!;
    const within = (at: number, low: number, high: number): number =>
      Math.min(Math.max(at < 0 ? at + size : at, low), high);
    range.starts[axis] = step > 0 ? within(starts[index]!, 0, size) : within(starts[index]!, 0, size - 1);
    // −1 is the end in front of index 0; a negative end counts from the back first.
    range.ends[axis] = step > 0 ? within(ends[index]!, 0, size) : within(ends[index]!, -1, size - 1);
    range.steps[axis] = step;
  });
  const shape = range.starts.map((start, axis) =>
    Math.max(0, Math.ceil((range.ends[axis]! - start) / range.steps[axis]!)),
  );
  return sizeOf(shape) === 0 ? ops.constant(zerosTensor(x.dtype, shape)) : ops.sliceRange(x, range);
}

/** The shape that both broadcast to. */
function expand(call: NodeCall): Tensor {
  const x = call.input(0);
  const given = call.knownShape(1);
  const rank = Math.max(x.rank, given.length);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const own = x.shape[axis - rank + x.rank] ?? 1;
    const wanted = given[axis - rank + given.length] ?? 1;
    return wanted === 1 ? own : wanted;
  });
  return ops.expand(x, shape);
}

/** The input one after the other along every axis. */
function tile(call: NodeCall): Tensor {
  const repeats = call.knownIntegers(1);
  if (repeats.some((count) => count < 1)) call.fail(`positive numbers of repetitions, got [${repeats.join(',')}]`);
  return ops.tile(call.input(0), repeats);
}

/** Sizes of the parts: given, or as many equal ones as there are outputs, the last one smaller. */
function partsOf(call: NodeCall, size: number): readonly number[] {
  const given = call.integersFrom('split', 1);
  if (given) return given;
  const count = call.has('num_outputs') ? call.integer('num_outputs') : call.node.outputs.length;
  if (!(count > 0 && count <= Math.max(1, size))) call.fail(`1 to ${size} parts, got ${count}`);
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(part, size - index * part)));
}

function split(call: NodeCall): Tensor[] {
  const x = call.input(0);
  const axis = axisOf(call, call.integer('axis', 0), x.rank);
  const sizes = partsOf(call, x.shape[axis]!);
  if (sizes.some((length) => length < 0) || sizes.reduce((total, length) => total + length, 0) !== x.shape[axis])
    call.fail(`parts of ${x.shape[axis]!} in total, got [${sizes.join(',')}]`);
  if (!sizes.includes(0)) return ops.split(x, sizes, axis);
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((total, length) => total + length, 0));
  return sizes.map((length, index) =>
    length === 0
      ? ops.constant(zerosTensor(x.dtype, x.shape.with(axis, 0)))
      : ops.slice(x, axis, starts[index]!, starts[index]! + length),
  );
}

function blockOf(call: NodeCall): number {
  const block = call.integer('blocksize');
  return block > 0 ? block : call.fail(`a positive blocksize, got ${block}`);
}

function depthToSpace(call: NodeCall): Tensor {
  const order = call.text('mode', 'DCR');
  if (order !== 'DCR' && order !== 'CRD') call.fail(`mode DCR or CRD, got ${quote(order)}`);
  return ops.depthToSpace(call.input(0), blockOf(call), order);
}

/** Without its noise, as when a network is evaluated; everything is kept. */
function dropout(call: NodeCall): (Tensor | null)[] {
  const x = call.input(0);
  return [x, call.hasOutput(1) ? ops.full(1, { dtype: 'bool', shape: x.shape }) : null];
}

export const movementConverters: ConverterTable = {
  Identity: always(identity),
  Dropout: always(dropout),
  Reshape: always(reshape),
  Flatten: always(flatten),
  Transpose: always(transpose),
  Squeeze: always(squeeze),
  Unsqueeze: always(unsqueeze),
  Concat: always(concat),
  Slice: always(slice),
  Expand: always(expand, 8),
  Tile: always(tile, 6),
  Pad: always(pad),
  Split: always(split),
  DepthToSpace: always(depthToSpace),
  SpaceToDepth: always((call) => ops.spaceToDepth(call.input(0), blockOf(call))),
};
