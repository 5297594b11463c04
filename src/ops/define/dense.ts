import { sizeOf, type Shape } from '../../base/index.ts';
import type { Dense } from '../definition.ts';

/** Plain loops over dense row-major arrays: clarity before speed. */

export const dense = (shape: Shape, data = new Float64Array(sizeOf(shape))): Dense => ({ shape, data });

/** Distance in elements between neighbours along each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Calls `visit(position, index)` for every element of `shape` in row-major order. `index` is reused. */
export function forEachIndex(shape: Shape, visit: (position: number, index: readonly number[]) => void): void {
  const index = shape.map(() => 0);
  const total = sizeOf(shape);
  for (let position = 0; position < total; position++) {
    visit(position, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** The element of `source` that broadcasting puts at each position of `shape`. */
export function broadcastPositions(source: Shape, shape: Shape): Int32Array {
  const lead = shape.length - source.length;
  const strides = stridesOf(source).map((stride, axis) => (source[axis] === 1 ? 0 : stride));
  const positions = new Int32Array(sizeOf(shape));
  forEachIndex(shape, (position, index) => {
    let from = 0;
    for (let axis = 0; axis < source.length; axis++) from += index[axis + lead]! * strides[axis]!;
    positions[position] = from;
  });
  return positions;
}

/** Applies `f` to broadcast operands, element by element. */
export function mapDense(shape: Shape, inputs: readonly Dense[], f: (...values: number[]) => number): Dense {
  const positions = inputs.map((input) => broadcastPositions(input.shape, shape));
  const result = dense(shape);
  for (let position = 0; position < result.data.length; position++)
    result.data[position] = f(...inputs.map((input, which) => input.data[positions[which]![position]!]!));
  return result;
}
