import { allocate, hostTensor, isFloat, sizeOf, toFloat64, type DType, type HostTensor } from '../base/index.ts';
import { topologicalOrder, type Tensor } from '../graph/index.ts';
import { constant, interpret, type Dense } from '../ops/index.ts';
import { invalid } from './problem.ts';

/** Floating-point type of a computation. */
export type FloatType = 'float32' | 'float64';

/** Elements of a constant that is computed while a graph is built, and of all that leads to it from other constants. */
const foldLimit = { result: 2 ** 16, work: 2 ** 20 };

/** The elements of a tensor that is known while the graph is built. */
export const knownValue = (tensor: Tensor): HostTensor | undefined =>
  tensor.operator === 'Constant' ? (tensor.attributes['value'] as HostTensor) : undefined;

/** A tensor's elements in a type of ours: floating-point ones become `float`, others stay. */
export const inFloat = (value: HostTensor, float: FloatType): HostTensor =>
  isFloat(value.dtype) && value.dtype !== float ? hostTensor(float, value.shape, toFloat64(value)) : value;

/**
 * A constant of the same value, where a tensor is made of constants only and is small; the tensor itself otherwise. Values are
 * computed in float64 by the reference kernels and rounded to the tensor's type.
 */
export function folded(tensor: Tensor, subject: string): Tensor {
  if (knownValue(tensor) || sizeOf(tensor.shape) > foldLimit.result) return tensor;
  const order = topologicalOrder([tensor]);
  if (order.some(({ operator }) => operator === 'Input')) return tensor;
  if (order.reduce((total, { shape }) => total + sizeOf(shape), 0) > foldLimit.work) return tensor;
  return constant(rounded(interpret([tensor])[0]!, tensor.dtype, subject));
}

function rounded({ shape, data }: Dense, dtype: DType, subject: string): HostTensor {
  const elements = allocate(dtype, data.length);
  data.forEach((value, index) => (elements[index] = dtype === 'int64' ? toInt64(value, subject) : value));
  return { dtype, shape, data: elements };
}

const largest = 2n ** 63n - 1n;

/** The nearest int64: exporters write its ends for "to the last". */
function toInt64(value: number, subject: string): bigint {
  if (Number.isNaN(value)) throw invalid(subject, 'whole numbers, got NaN');
  if (value >= Number(largest)) return largest;
  return value <= -Number(largest) ? -largest - 1n : BigInt(Math.trunc(value));
}
