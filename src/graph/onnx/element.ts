import type { DType } from '../../base/index.ts';
import { TensorProto_DataType as DataType } from './gen/onnx_pb.ts';

/** ONNX's number of each of our element types. */
export const elementNumber = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int64: DataType.INT64,
  bool: DataType.BOOL,
} as const satisfies Record<DType, number>;

/** The element type of an ONNX number, if Thalweg has it. */
export function elementType(number: number): DType | undefined {
  return (Object.keys(elementNumber) as DType[]).find((dtype) => elementNumber[dtype] === number);
}

/** ONNX's name of an element type, for messages: `FLOAT16`. */
export function elementName(number: number): string {
  return Object.entries(DataType).find(([, value]) => value === number)?.[0] ?? `number ${number}`;
}
