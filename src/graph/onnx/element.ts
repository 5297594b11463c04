import type { DType } from '../../base/index.ts';
import { TensorProto_DataType as DataType, type TensorProto } from './gen/onnx_pb.ts';

/** ONNX's number of each of our element types. */
export const elementNumber = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int64: DataType.INT64,
  bool: DataType.BOOL,
} as const satisfies Record<DType, number>;

type Elements = readonly number[] | readonly bigint[];

/** How elements of one of ONNX's types are stored, and what they become here. */
export interface ElementFormat {
  /** The type that holds every value of the stored one. */
  readonly dtype: DType;
  /** Bytes of one element in raw data. */
  readonly bytes: number;
  /** The elements where they are not raw, each as `fromField` takes it. */
  readonly field: (tensor: TensorProto) => Elements;
  /** One raw element. Absent: raw data is stored as the typed array of `dtype` is. */
  readonly fromRaw?: (view: DataView, offset: number) => number | bigint;
  /** One element of the field; default: the value itself. */
  readonly fromField?: (element: number) => number;
}

const int32 = (tensor: TensorProto): Elements => tensor.int32Data;
const uint64 = (tensor: TensorProto): Elements => tensor.uint64Data;

const whole = (bytes: number, fromRaw: (view: DataView, offset: number) => number): ElementFormat => ({
  dtype: 'int64',
  bytes,
  field: int32,
  fromRaw: (view, offset) => BigInt(fromRaw(view, offset)),
});

const half = (fromBits: (bits: number) => number): ElementFormat => ({
  dtype: 'float32',
  bytes: 2,
  field: int32,
  fromRaw: (view, offset) => fromBits(view.getUint16(offset, true)),
  fromField: (bits) => fromBits(bits & 0xffff),
});

/** Sixteen bits of IEEE 754 binary16: 1 of sign, 5 of exponent, 10 of fraction. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
export function fromBfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

const formats: Readonly<Partial<Record<DataType, ElementFormat>>> = {
  [DataType.FLOAT]: { dtype: 'float32', bytes: 4, field: (tensor) => tensor.floatData },
  [DataType.DOUBLE]: { dtype: 'float64', bytes: 8, field: (tensor) => tensor.doubleData },
  [DataType.FLOAT16]: half(fromFloat16),
  [DataType.BFLOAT16]: half(fromBfloat16),
  [DataType.INT64]: { dtype: 'int64', bytes: 8, field: (tensor) => tensor.int64Data },
  [DataType.INT32]: whole(4, (view, offset) => view.getInt32(offset, true)),
  [DataType.INT16]: whole(2, (view, offset) => view.getInt16(offset, true)),
  [DataType.INT8]: whole(1, (view, offset) => view.getInt8(offset)),
  [DataType.UINT8]: whole(1, (view, offset) => view.getUint8(offset)),
  [DataType.UINT16]: whole(2, (view, offset) => view.getUint16(offset, true)),
  [DataType.UINT32]: { ...whole(4, (view, offset) => view.getUint32(offset, true)), field: uint64 },
  // Beyond 2⁶³ − 1 a number of this type has no place in int64; no network counts so far.
  [DataType.UINT64]: {
    dtype: 'int64',
    bytes: 8,
    field: uint64,
    fromRaw: (view, offset) => view.getBigUint64(offset, true),
  },
  [DataType.BOOL]: {
    dtype: 'bool',
    bytes: 1,
    field: int32,
    fromRaw: (view, offset) => Math.min(1, view.getUint8(offset)),
  },
};

/** How elements of an ONNX number are stored, if Thalweg reads them. */
export const elementFormat = (number: number): ElementFormat | undefined =>
  (formats as Readonly<Record<number, ElementFormat | undefined>>)[number];

/** ONNX's name of an element type, for messages: `FLOAT16`. */
export function elementName(number: number): string {
  return Object.entries(DataType).find(([, value]) => value === number)?.[0] ?? `number ${number}`;
}
