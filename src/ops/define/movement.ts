import { scalar, sizeOf } from '../../base/index.ts';
import { int, ints, type Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { concat, dilate, expand, flip, pad, reshape, sliceRange, sumTo, transpose, zerosLike } from '../build/index.ts';
import type { PrimitiveOperator } from '../definition.ts';
import { attributeError, broadcastsTo, commonDType, number, numbers, sameShape, shapeError } from '../infer.ts';
import { broadcastPositions, dense, forEachIndex, stridesOf } from './dense.ts';

/** Operators that move elements and compute nothing. Each is linear: forward it is itself, reverse its transpose. */

const isSize = (size: number): boolean => Number.isInteger(size) && size >= 0;

define({
  kind: 'primitive',
  name: 'Reshape',
  infer: ([x], attributes) => {
    const shape = numbers(attributes, 'shape');
    const valid = shape.every(isSize) && sizeOf(shape) === sizeOf(x!.shape);
    return valid
      ? { dtype: x!.dtype, shape }
      : shapeError(`a shape of ${sizeOf(x!.shape)} elements, not [${shape.join(',')}]`);
  },
  reference: ([x], _, type) => ({ shape: type.shape, data: x!.data }),
  jvp: (output, [tangent]) => reshape(tangent!, output.shape),
  vjp: (output, cotangent) => [reshape(cotangent, output.inputs[0]!.shape)],
  lower: (lowering, tensor, [x]) =>
    lowering.node('Reshape', [x!, lowering.integers(tensor.shape)], { allowzero: int(1) }),
} satisfies PrimitiveOperator);

/** The permutation that undoes `order`. */
export const inverseOrder = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

define({
  kind: 'primitive',
  name: 'Transpose',
  infer: ([x], attributes) => {
    const order = numbers(attributes, 'order');
    if (order.length !== x!.shape.length || !x!.shape.every((_, axis) => order.includes(axis)))
      attributeError(`a permutation of ${x!.shape.length} axes, not [${order.join(',')}]`);
    return { dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) };
  },
  reference([x], attributes, type) {
    const strides = stridesOf(x!.shape);
    const along = numbers(attributes, 'order').map((axis) => strides[axis]!);
    const result = dense(type.shape);
    forEachIndex(type.shape, (position, index) => {
      result.data[position] = x!.data[index.reduce((sum, at, axis) => sum + at * along[axis]!, 0)]!;
    });
    return result;
  },
  jvp: (output, [tangent]) => transpose(tangent!, numbers(output.attributes, 'order')),
  vjp: (output, cotangent) => [transpose(cotangent, inverseOrder(numbers(output.attributes, 'order')))],
  lower: (lowering, tensor, inputs) =>
    lowering.node('Transpose', inputs, { perm: ints(numbers(tensor.attributes, 'order')) }),
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'Expand',
  infer: ([x], attributes) => {
    const shape = numbers(attributes, 'shape');
    return shape.every(isSize) && broadcastsTo(x!.shape, shape)
      ? { dtype: x!.dtype, shape }
      : shapeError(`a shape that broadcasts to [${shape.join(',')}]`);
  },
  reference([x], _, type) {
    const positions = broadcastPositions(x!.shape, type.shape);
    return { shape: type.shape, data: Float64Array.from(positions, (position) => x!.data[position]!) };
  },
  jvp: (output, [tangent]) => expand(tangent!, output.shape),
  vjp: (output, cotangent) => [sumTo(cotangent, output.inputs[0]!.shape)],
  lower: (lowering, tensor, [x]) => lowering.node('Expand', [x!, lowering.integers(tensor.shape)]),
} satisfies PrimitiveOperator);

const sliceSize = (start: number, end: number, step: number): number => Math.max(0, Math.ceil((end - start) / step));

define({
  kind: 'primitive',
  name: 'Slice',
  infer: ([x], attributes) => {
    const [starts, ends, steps] = [
      numbers(attributes, 'starts'),
      numbers(attributes, 'ends'),
      numbers(attributes, 'steps'),
    ];
    const complete = [starts, ends, steps].every(
      (list) => list.length === x!.shape.length && list.every(Number.isInteger),
    );
    if (!complete) attributeError(`${x!.shape.length} whole starts, ends and steps`);
    const shape = x!.shape.map((size, axis) => {
      const [start, end, step] = [starts[axis]!, ends[axis]!, steps[axis]!];
      const inside = step > 0 ? start >= 0 && end <= size : step < 0 && start < size && end >= -1;
      const count = inside ? sliceSize(start, end, step) : 0;
      return count > 0 ? count : attributeError(`a range inside axis ${axis}, not ${start}:${end}:${step}`);
    });
    return { dtype: x!.dtype, shape };
  },
  reference([x], attributes, type) {
    const [starts, steps] = [numbers(attributes, 'starts'), numbers(attributes, 'steps')];
    const strides = stridesOf(x!.shape);
    const result = dense(type.shape);
    forEachIndex(type.shape, (position, index) => {
      result.data[position] =
        x!.data[index.reduce((sum, at, axis) => sum + (starts[axis]! + at * steps[axis]!) * strides[axis]!, 0)]!;
    });
    return result;
  },
  jvp: (output, [tangent]) => sliceRange(tangent!, sliceAttributes(output)),
  vjp: (output, cotangent) => [unslice(cotangent, output)],
  lower(lowering, tensor, [x]) {
    const { starts, ends, steps } = sliceAttributes(tensor);
    const axes = steps.flatMap((step, axis) =>
      step === 1 && starts[axis] === 0 && ends[axis] === tensor.inputs[0]!.shape[axis] ? [] : [axis],
    );
    const pick = (values: readonly number[]): string => lowering.integers(axes.map((axis) => values[axis]!));
    // ONNX reads a negative end as counted from the back; far below the start it means "down to index 0".
    const stops = ends.map((end) => (end < 0 ? -(2 ** 31) : end));
    return axes.length === 0
      ? x!
      : lowering.node('Slice', [x!, pick(starts), pick(stops), lowering.integers(axes), pick(steps)]);
  },
} satisfies PrimitiveOperator);

const sliceAttributes = (tensor: Tensor) => ({
  starts: numbers(tensor.attributes, 'starts'),
  ends: numbers(tensor.attributes, 'ends'),
  steps: numbers(tensor.attributes, 'steps'),
});

/** Puts each element of a slice's cotangent back where it came from, zeros elsewhere. */
function unslice(cotangent: Tensor, output: Tensor): Tensor {
  const { starts, steps } = sliceAttributes(output);
  const backwards = steps.flatMap((step, axis) => (step < 0 ? [axis] : []));
  const forward = backwards.length > 0 ? flip(cotangent, backwards) : cotangent;
  const spread = dilate(forward, steps.map(Math.abs));
  const before = starts.map((start, axis) =>
    steps[axis]! > 0 ? start : start + (output.shape[axis]! - 1) * steps[axis]!,
  );
  const after = before.map((lead, axis) => output.inputs[0]!.shape[axis]! - lead - spread.shape[axis]!);
  return before.every((n) => n === 0) && after.every((n) => n === 0) ? spread : pad(spread, before, after);
}

define({
  kind: 'primitive',
  name: 'Pad',
  infer: ([x], attributes) => {
    const [before, after] = [numbers(attributes, 'before'), numbers(attributes, 'after')];
    if (before.length !== x!.shape.length || after.length !== x!.shape.length)
      attributeError(`${x!.shape.length} widths before and after`);
    if (![...before, ...after].every((width) => Number.isInteger(width) && width >= 0))
      attributeError('widths of at least 0');
    return { dtype: x!.dtype, shape: x!.shape.map((size, axis) => before[axis]! + size + after[axis]!) };
  },
  reference([x], attributes, type) {
    const before = numbers(attributes, 'before');
    const strides = stridesOf(type.shape);
    const result = dense(type.shape);
    result.data.fill(number(attributes, 'value'));
    forEachIndex(x!.shape, (position, index) => {
      result.data[index.reduce((sum, at, axis) => sum + (at + before[axis]!) * strides[axis]!, 0)] = x!.data[position]!;
    });
    return result;
  },
  jvp: (output, [tangent]) => pad(tangent!, numbers(output.attributes, 'before'), numbers(output.attributes, 'after')),
  vjp(output, cotangent) {
    const starts = numbers(output.attributes, 'before');
    const ends = output.inputs[0]!.shape.map((size, axis) => starts[axis]! + size);
    return [sliceRange(cotangent, { starts, ends, steps: starts.map(() => 1) })];
  },
  lower(lowering, tensor, [x]) {
    const widths = [...numbers(tensor.attributes, 'before'), ...numbers(tensor.attributes, 'after')];
    if (widths.every((width) => width === 0)) return x!;
    const fill = lowering.constant(scalar(number(tensor.attributes, 'value'), tensor.dtype));
    return lowering.node('Pad', [x!, lowering.integers(widths), fill]);
  },
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'Concat',
  infer: (inputs, attributes) => {
    const axis = number(attributes, 'axis');
    const first = inputs[0] ?? shapeError('at least one tensor');
    const rest = (shape: readonly number[]): number[] => shape.toSpliced(axis, 1);
    if (!inputs.every((input) => sameShape(rest(input.shape), rest(first.shape))))
      shapeError(`shapes that agree except along axis ${axis}`);
    return {
      dtype: commonDType(inputs),
      shape: first.shape.with(
        axis,
        inputs.reduce((total, input) => total + input.shape[axis]!, 0),
      ),
    };
  },
  reference(inputs, attributes, type) {
    const axis = number(attributes, 'axis');
    const strides = stridesOf(type.shape);
    const result = dense(type.shape);
    let offset = 0;
    for (const input of inputs) {
      forEachIndex(input.shape, (position, index) => {
        const at = index.reduce((sum, i, a) => sum + i * strides[a]!, offset * strides[axis]!);
        result.data[at] = input.data[position]!;
      });
      offset += input.shape[axis]!;
    }
    return result;
  },
  jvp: (output, tangents) =>
    concat(
      tangents.map((tangent, which) => tangent ?? zerosLike(output.inputs[which]!)),
      number(output.attributes, 'axis'),
    ),
  vjp(output, cotangent, wanted) {
    const axis = number(output.attributes, 'axis');
    let offset = 0;
    return output.inputs.map((input, which) => {
      const start = offset;
      offset += input.shape[axis]!;
      if (!wanted[which]) return null;
      const at = (value: number, other: readonly number[]): number[] => other.with(axis, value);
      const zeros = output.shape.map(() => 0);
      return sliceRange(cotangent, {
        starts: at(start, zeros),
        ends: at(offset, output.shape),
        steps: output.shape.map(() => 1),
      });
    });
  },
  lower: (lowering, tensor, inputs) =>
    lowering.node('Concat', inputs, { axis: int(number(tensor.attributes, 'axis')) }),
} satisfies PrimitiveOperator);
