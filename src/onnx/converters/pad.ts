import { hostTensor } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import type { NodeCall } from '../call.ts';
import { axesOf } from './axes.ts';

/** Elements in front of and behind every axis; a negative width takes some away. Attributes before version 11, inputs since. */
export function pad(call: NodeCall): Tensor {
  const x = call.input(0);
  const axes = axesOf(call, call.optional(3) && call.knownIntegers(3), x.rank) ?? x.shape.map((_, axis) => axis);
  const widths = call.integersFrom(call.has('paddings') ? 'paddings' : 'pads', 1) ?? call.fail('widths, got none');
  if (widths.length !== 2 * axes.length) call.fail(`${2 * axes.length} widths, got ${widths.length}`);
  const before = x.shape.map(() => 0);
  const after = x.shape.map(() => 0);
  axes.forEach((axis, index) => {
    before[axis] = widths[index]!;
    after[axis] = widths[axes.length + index]!;
  });
  if (x.shape.some((size, axis) => Math.max(0, -before[axis]!) + Math.max(0, -after[axis]!) >= size))
    throw call.refuse(`widths that leave elements of [${x.shape.join(',')}], got [${widths.join(',')}]`);
  const mode = call.text('mode', 'constant');
  if (mode === 'constant') return padConstant(call, x, before, after);
  const from = positions[mode] ?? call.fail(`mode constant, reflect, edge or wrap, got "${mode}"`);
  return x.shape.reduce((value, size, axis) => {
    const picked = Array.from({ length: before[axis]! + size + after[axis]! }, (_, index) =>
      from(index - before[axis]!, size),
    );
    if (picked.every((at, index) => at === index) && picked.length === size) return value;
    return ops.gather(value, ops.constant(hostTensor('int64', [picked.length], picked)), axis);
  }, x);
}

function padConstant(call: NodeCall, x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const value = call.optional(2) ? call.knownNumber(2) : call.has('value') ? call.number('value') : 0;
  const kept = ops.sliceRange(x, {
    starts: before.map((width) => Math.max(0, -width)),
    ends: x.shape.map((size, axis) => size + Math.min(0, after[axis]!)),
    steps: before.map(() => 1),
  });
  const wider = (widths: readonly number[]): number[] => widths.map((width) => Math.max(0, width));
  return ops.pad(kept, wider(before), wider(after), value);
}

/** The element that stands at a place outside of an axis. */
const positions: Readonly<Record<string, (at: number, size: number) => number>> = {
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  wrap: (at, size) => ((at % size) + size) % size,
  reflect: (at, size) => {
    const period = Math.max(1, 2 * (size - 1));
    const folded = ((at % period) + period) % period;
    return Math.min(folded, period - folded);
  },
};
