import { hostTensor, sizeOf, type DType, type HostTensor } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { constantLimit, inFloat } from '../values.ts';

/** Constants, shapes, and types: what mostly leads to other nodes' shapes and axes. */

const integers = (values: readonly number[]): Tensor => ops.constant(hostTensor('int64', [values.length], values));

function constantValue(call: NodeCall): Tensor {
  const floats = (shape: readonly number[], values: readonly number[]): Tensor =>
    ops.constant(hostTensor(call.float, shape, values));
  if (call.has('value')) return ops.constant(inFloat(call.tensor('value'), call.float));
  if (call.has('value_float')) return floats([], [call.number('value_float')]);
  if (call.has('value_int')) return ops.constant(hostTensor('int64', [], [call.integer('value_int')]));
  if (call.has('value_ints')) return integers(call.integers('value_ints'));
  if (call.has('value_floats')) {
    const values = call.numbers('value_floats');
    return floats([values.length], values);
  }
  const given = Object.keys(call.node.attributes).join(', ') || 'nothing';
  throw call.refuse(`a constant of numbers, got ${given}`);
}

function constantOfShape(call: NodeCall): Tensor {
  const value: HostTensor = call.has('value')
    ? inFloat(call.tensor('value'), call.float)
    : hostTensor(call.float, [1], [0]);
  if (value.data.length !== 1) call.fail(`a value of one element, got ${value.data.length}`);
  return ops.expand(ops.reshape(ops.constant(value), []), call.knownShape(0));
}

function shape(call: NodeCall): Tensor {
  const { shape: sizes } = call.input(0);
  return integers(sizes.slice(call.integer('start', 0), call.has('end') ? call.integer('end') : undefined));
}

/** ONNX's numbers of the element types that a value can be cast to. */
const castTypes: Readonly<Record<number, 'float' | DType>> = {
  ...Object.fromEntries([1, 10, 11, 16].map((number) => [number, 'float'])),
  ...Object.fromEntries([2, 3, 4, 5, 6, 7, 12, 13].map((number) => [number, 'int64'])),
  9: 'bool',
};

/** All floating-point types are one here, and so are all whole numbers. */
function cast(call: NodeCall): Tensor {
  const number = call.integer('to');
  const type = castTypes[number] ?? call.fail(`a type of numbers of at least 8 bits to cast to, got number ${number}`);
  return ops.cast(call.input(0), type === 'float' ? call.float : type);
}

const castLike = (call: NodeCall): Tensor => ops.cast(call.input(0), call.input(1).dtype);

function range(call: NodeCall): Tensor {
  const [start, limit, delta] = [call.knownNumber(0), call.knownNumber(1), call.knownNumber(2)];
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(length <= constantLimit))
    call.fail(`a range of at most ${constantLimit} numbers, got ${start} to ${limit} by ${delta}`);
  const values = Float64Array.from({ length }, (_, index) => start + index * delta);
  return ops.constant(hostTensor(call.known(0).dtype, [length], values));
}

/** One at `indices`, along a new axis; negative indices count from the end. */
function oneHot(call: NodeCall): Tensor {
  const [indices, values] = [call.input(0), call.input(2)];
  const depth = call.knownNumber(1);
  if (!(Number.isInteger(depth) && depth > 0 && depth <= constantLimit))
    call.fail(`a depth of 1 to ${constantLimit}, got ${depth}`);
  const axis = call.integer('axis', -1);
  const at = axis < 0 ? axis + indices.rank + 1 : axis;
  const column = indices.shape.toSpliced(at, 0, 1);
  const row = column.map((_, index) => (index === at ? depth : 1));
  const whole = ops.reshape(ops.cast(indices, 'int64'), column);
  const numbers = (first: number): Tensor => ops.reshape(ops.range(depth, 'int64', first), row);
  const hot = ops.or(ops.equal(whole, numbers(0)), ops.equal(whole, numbers(-depth)));
  const value = (index: number): Tensor => ops.reshape(ops.slice(values, 0, index, index + 1), []);
  return ops.where(hot, value(1), value(0));
}

function eyeLike(call: NodeCall): Tensor {
  const x = call.input(0);
  const [rows, columns] = x.shape as [number, number];
  if (x.rank !== 2 || rows * columns > constantLimit)
    call.fail(`a matrix of at most ${constantLimit} elements, got [${x.shape.join(',')}]`);
  const type = call.has('dtype') ? castTypes[call.integer('dtype')] : x.dtype;
  const dtype = type === 'float' ? call.float : (type ?? call.fail('a type of numbers of at least 8 bits'));
  return ops.eye(rows, columns, call.integer('k', 0), dtype);
}

/** The upper or lower triangle of the last two axes; zeros elsewhere. */
function triangle(call: NodeCall): Tensor {
  const x = call.input(0);
  const offset = call.optional(1) ? call.knownNumber(1) : 0;
  if (sizeOf(x.shape.slice(-2)) > constantLimit)
    call.fail(`matrices of at most ${constantLimit} elements, got [${x.shape.join(',')}]`);
  return ops.triangle(x, call.flag('upper', true) ? 'upper' : 'lower', offset);
}

export const shapeConverters: ConverterTable = {
  Constant: always(constantValue),
  ConstantOfShape: always(constantOfShape, 9),
  Shape: always(shape),
  Size: always((call) => ops.constant(hostTensor('int64', [], [sizeOf(call.input(0).shape)]))),
  Cast: always(cast, 6),
  CastLike: always(castLike, 15),
  Range: always(range, 11),
  OneHot: always(oneHot, 9),
  EyeLike: always(eyeLike, 9),
  Trilu: always(triangle, 14),
};
