import { scalar } from '../../base/index.ts';
import { int, string, type Tensor } from '../../graph/index.ts';
import { apply, define } from '../apply.ts';
import type { Dense, Lowering, PrimitiveOperator } from '../definition.ts';
import { attributeError, number, numbers, requireDType, requireFloat, sameShape, shapeError } from '../infer.ts';
import { dense, forEachIndex, stridesOf } from './dense.ts';

/**
 * Elements picked by indices that are known when the program runs, and their transposes, which add elements to zeros. With the
 * position j(p) that the indices name for element p:
 *
 *   GatherElements, GatherND    y[p] = x[j(p)]
 *   ScatterElements, ScatterND  x̂[q] = Σ_{p: j(p) = q} y[p]
 */

/** An index counted from the front. */
function fromFront(index: number, size: number): number {
  if (!(index >= -size && index < size)) attributeError(`indices in [${-size}, ${size - 1}], not ${index}`);
  return index < 0 ? index + size : index;
}

/** The position in a tensor of `shape` that each element of `indices` names along `axis`. */
function positionsAlong(indices: Dense, shape: readonly number[], axis: number): number[] {
  const strides = stridesOf(shape);
  const positions: number[] = [];
  forEachIndex(indices.shape, (p, place) => {
    const along = fromFront(indices.data[p]!, shape[axis]!);
    positions.push(place.reduce((sum, at, other) => sum + (other === axis ? along : at) * strides[other]!, 0));
  });
  return positions;
}

/** The positions of the elements that rows of coordinates [.., k] name in a tensor of `shape`: a block for each row. */
function positionsOfRows(indices: Dense, shape: readonly number[]): number[] {
  const strides = stridesOf(shape);
  const k = indices.shape.at(-1)!;
  const block = shape.slice(k).reduce((size, length) => size * length, 1);
  const positions: number[] = [];
  for (let row = 0; row < indices.data.length; row += k) {
    let start = 0;
    for (let axis = 0; axis < k; axis++) start += fromFront(indices.data[row + axis]!, shape[axis]!) * strides[axis]!;
    for (let offset = 0; offset < block; offset++) positions.push(start + offset);
  }
  return positions;
}

interface Indexed {
  readonly gather: string;
  readonly scatter: string;
  /** Shape of what indices of one shape pick from a tensor of another; throws `GRAPH_SHAPE`. */
  picked(shape: readonly number[], indices: readonly number[], axis: number): readonly number[];
  positions(indices: Dense, shape: readonly number[], axis: number): number[];
}

/** Defines the picking operator and its transpose. */
function indexed({ gather, scatter, picked, positions }: Indexed): void {
  const axisOf = ({ attributes }: Tensor): number => number(attributes, 'axis');
  const onnxAxis = (tensor: Tensor) => (gather === 'GatherElements' ? { axis: int(axisOf(tensor)) } : {});
  const scattered = (indices: Tensor, updates: Tensor, axis: number, shape: readonly number[]): Tensor =>
    apply(scatter, [indices, updates], { axis, shape });
  const gathered = (x: Tensor, indices: Tensor, axis: number): Tensor => apply(gather, [x, indices], { axis });

  define({
    kind: 'primitive',
    name: gather,
    infer([x, indices], attributes) {
      requireDType('int64', indices!);
      return { dtype: x!.dtype, shape: picked(x!.shape, indices!.shape, number(attributes, 'axis')) };
    },
    reference([x, indices], attributes, type) {
      const from = positions(indices!, x!.shape, number(attributes, 'axis'));
      return dense(
        type.shape,
        Float64Array.from(from, (position) => x!.data[position]!),
      );
    },
    jvp: (output, [tangent]) => tangent! && gathered(tangent, output.inputs[1]!, axisOf(output)),
    vjp(output, cotangent) {
      const [x, indices] = output.inputs as [Tensor, Tensor];
      requireFloat(x);
      return [scattered(indices, cotangent, axisOf(output), x.shape), null];
    },
    lower: (lowering, tensor, inputs) => lowering.node(gather, inputs, onnxAxis(tensor)),
  } satisfies PrimitiveOperator);

  define({
    kind: 'primitive',
    name: scatter,
    infer([indices, updates], attributes) {
      requireDType('int64', indices!);
      requireFloat(updates!);
      const shape = numbers(attributes, 'shape');
      const expected = picked(shape, indices!.shape, number(attributes, 'axis'));
      if (!sameShape(expected, updates!.shape)) shapeError(`updates [${expected.join(',')}]`);
      return { dtype: updates!.dtype, shape };
    },
    reference([indices, updates], attributes, type) {
      const result = dense(type.shape);
      const to = positions(indices!, type.shape, number(attributes, 'axis'));
      to.forEach((position, p) => (result.data[position]! += updates!.data[p]!));
      return result;
    },
    jvp: (output, [, tangent]) =>
      tangent ? scattered(output.inputs[0]!, tangent, axisOf(output), output.shape) : null,
    vjp: (output, cotangent) => [null, gathered(cotangent, output.inputs[0]!, axisOf(output))],
    lower: (lowering, tensor, [indices, updates]) =>
      lowering.node(scatter, [zeros(lowering, tensor), indices!, updates!], {
        ...onnxAxis(tensor),
        reduction: string('add'),
      }),
  } satisfies PrimitiveOperator);
}

const zeros = (lowering: Lowering, { dtype, shape }: Tensor): string =>
  lowering.node('Expand', [lowering.constant(scalar(0, dtype)), lowering.integers(shape)]);

indexed({
  gather: 'GatherElements',
  scatter: 'ScatterElements',
  picked(shape, indices, axis) {
    const fits = indices.length === shape.length && indices.every((size, at) => at === axis || size <= shape[at]!);
    return fits ? indices : shapeError(`indices of rank ${shape.length} within [${shape.join(',')}]`);
  },
  positions: positionsAlong,
});

indexed({
  gather: 'GatherND',
  scatter: 'ScatterND',
  picked(shape, indices) {
    const k = indices.at(-1) ?? shapeError('indices with axes');
    if (k < 1 || k > shape.length) shapeError(`1 to ${shape.length} coordinates, not ${k}`);
    return [...indices.slice(0, -1), ...shape.slice(k)];
  },
  positions: positionsOfRows,
});
