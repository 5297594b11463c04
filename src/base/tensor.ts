import { invariant } from './errors.ts';

/** Element types of tensors. Arithmetic happens in `float32` or `float64`; `int64` indexes, `bool` selects. */
export type DType = 'float32' | 'float64' | 'int64' | 'bool';

/** Sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** The static type of a tensor. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** The typed array that holds elements of each type. `bool` is one byte, 0 or 1. */
export interface DataOf {
  float32: Float32Array<ArrayBuffer>;
  float64: Float64Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  bool: Uint8Array<ArrayBuffer>;
}
export type TensorData = DataOf[DType];

/** A tensor in the memory of this process: row-major data of `size(shape)` elements. */
export interface HostTensor<D extends DType = DType> extends TensorType {
  readonly dtype: D;
  readonly data: DataOf[D];
}

const constructors = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, bool: Uint8Array } as const;

/** Number of bytes of one element. */
export const bytesPerElement = (dtype: DType): number => constructors[dtype].BYTES_PER_ELEMENT;

/** True for types in which derivatives exist. */
export const isFloat = (dtype: DType): dtype is 'float32' | 'float64' => dtype === 'float32' || dtype === 'float64';

/** Number of elements of a shape: the product of its sizes (1 for a scalar). */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** `float32[2,3]`, `int64[]`: how types are written in messages and printed graphs. */
export const formatType = (type: TensorType): string => `${type.dtype}[${type.shape.join(',')}]`;

/** A zero-filled array for `length` elements of `dtype`. */
export function allocate<D extends DType>(dtype: D, length: number): DataOf[D] {
  return new constructors[dtype](length) as DataOf[D];
}

/** A tensor over `data`, or from plain numbers. Its length must be the size of `shape`. */
export function hostTensor<D extends DType>(dtype: D, shape: Shape, data: DataOf[D] | Iterable<number>): HostTensor<D> {
  const Constructor = constructors[dtype];
  let values: DataOf[D];
  if (data instanceof Constructor) values = data;
  else if (dtype === 'int64') values = BigInt64Array.from([...(data as Iterable<number>)].map(BigInt)) as DataOf[D];
  else values = (Constructor as typeof Float64Array).from(data as Iterable<number>) as unknown as DataOf[D];
  invariant(values.length === sizeOf(shape), `tensor ${formatType({ dtype, shape })} given ${values.length} elements`);
  return { dtype, shape, data: values };
}

/** A tensor without axes. */
export const scalar = <D extends DType>(value: number, dtype: D): HostTensor<D> => hostTensor(dtype, [], [value]);

/** A tensor of zeros. */
export const zerosTensor = <D extends DType>(dtype: D, shape: Shape): HostTensor<D> => ({
  dtype,
  shape,
  data: allocate(dtype, sizeOf(shape)),
});

/** The elements as ordinary numbers, in a new float64 array. */
export function toFloat64(tensor: HostTensor): Float64Array<ArrayBuffer> {
  if (tensor.dtype === 'int64') return Float64Array.from(tensor.data as BigInt64Array, Number);
  return Float64Array.from(tensor.data as Float32Array);
}

/** The single element of a scalar (or of any tensor with one element). */
export function scalarValue(tensor: HostTensor): number {
  invariant(tensor.data.length === 1, `scalarValue of ${formatType(tensor)}`);
  return Number(tensor.data[0]);
}
