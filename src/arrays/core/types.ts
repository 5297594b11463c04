import { invariant, type DType, type HostTensor } from '../../base/index.ts';
import { fromBfloat16, fromFloat16 } from './half.ts';

/** The typed array that holds elements of each type of array files. Both halves are widened to float32, which is exact. */
const constructors = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Types of elements in files. */
export type ArrayType = keyof typeof constructors;
export const arrayTypes = Object.keys(constructors) as ArrayType[];

export type ArrayData = InstanceType<(typeof constructors)[ArrayType]> & ArrayBufferView<ArrayBuffer>;

/** An array as a file has it, row-major. */
export interface FileArray {
  /** As it is in the file; `data` of float16 and bfloat16 are float32. */
  readonly type: ArrayType;
  readonly shape: readonly number[];
  readonly data: ArrayData;
}

const halves: readonly ArrayType[] = ['float16', 'bfloat16'];
const isHalf = (type: ArrayType): type is 'float16' | 'bfloat16' => halves.includes(type);

/** Bytes of one element in a file. */
export const bytesOfType = (type: ArrayType): number => (isHalf(type) ? 2 : constructors[type].BYTES_PER_ELEMENT);

/** The elements of little-endian bytes, which become the array's own memory. */
export function arrayFrom(type: ArrayType, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>): FileArray {
  const count = bytes.length / bytesOfType(type);
  if (isHalf(type)) {
    const bits = new Uint16Array(bytes.buffer, bytes.byteOffset, count);
    return { type, shape, data: type === 'float16' ? fromFloat16(bits) : fromBfloat16(bits) };
  }
  return { type, shape, data: new constructors[type](bytes.buffer, bytes.byteOffset, count) };
}

/** `float32[2,3]`: how types are written in messages. */
export const formatArray = ({ type, shape }: Pick<FileArray, 'type' | 'shape'>): string =>
  `${type}[${shape.join(',')}]`;

const dtypes: readonly string[] = ['float32', 'float64', 'int64', 'bool'] satisfies DType[];

/** An array of float32, float64, int64 or bool as a tensor over the same memory. */
export function hostTensorOf({ type, shape, data }: FileArray): HostTensor {
  invariant(dtypes.includes(type), `a tensor of ${type}`);
  return { dtype: type as DType, shape, data: data as HostTensor['data'] };
}
