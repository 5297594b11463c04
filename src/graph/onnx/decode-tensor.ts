import {
  allocate,
  bytesPerElement,
  formatType,
  sizeOf,
  ThalwegError,
  type DType,
  type HostTensor,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../base/index.ts';
import { elementName, elementType } from './element.ts';
import { TensorProto_DataLocation as DataLocation, type TensorProto } from './gen/onnx_pb.ts';

/**
 * A tensor of an ONNX file, its elements copied. They may stand as raw bytes or in the typed field of their type; memory
 * is taken only after the declared size was found to match what is there.
 */
export function decodeTensor(tensor: TensorProto, subject: string): HostTensor {
  if (tensor.dataLocation === DataLocation.EXTERNAL)
    throw new ThalwegError('ONNX_UNSUPPORTED', `onnx: ${subject}: expected elements in the file, got external data`);
  const dtype = decodeElementType(tensor.dataType, subject);
  const shape = decodeShape(tensor.dims, subject);
  const type = { dtype, shape };
  const data =
    tensor.rawData.length > 0
      ? fromBytes(tensor.rawData, type, subject)
      : fromElements(typedField[dtype](tensor), type, subject);
  return { dtype, shape, data };
}

/** The element type of an ONNX number. Throws `ONNX_UNSUPPORTED` naming it. */
export function decodeElementType(number: number, subject: string): DType {
  const dtype = elementType(number);
  if (dtype !== undefined) return dtype;
  const expected = 'float32, float64, int64 or bool';
  throw new ThalwegError('ONNX_UNSUPPORTED', `onnx: ${subject}: expected ${expected}, got ${elementName(number)}`);
}

/** A shape whose sizes, and whose number of elements, are integers that a number holds exactly. */
export function decodeShape(sizes: readonly bigint[], subject: string): Shape {
  const shape = sizes.map(Number);
  const fine = shape.every((size) => size >= 0 && Number.isSafeInteger(size)) && Number.isSafeInteger(sizeOf(shape));
  if (fine) return shape;
  throw new ThalwegError('ONNX_INVALID', `onnx: ${subject}: expected sizes of axes, got [${sizes.join(',')}]`);
}

type Elements = readonly number[] | readonly bigint[];

/** The field that holds elements of a type when they are not raw. */
const typedField: Record<DType, (tensor: TensorProto) => Elements> = {
  float32: (tensor) => tensor.floatData,
  float64: (tensor) => tensor.doubleData,
  int64: (tensor) => tensor.int64Data,
  bool: (tensor) => tensor.int32Data,
};

function fromBytes(bytes: Uint8Array, type: TensorType, subject: string): TensorData {
  requireLength(bytes.length, sizeOf(type.shape) * bytesPerElement(type.dtype), 'bytes', type, subject);
  const data = allocate(type.dtype, sizeOf(type.shape));
  new Uint8Array(data.buffer).set(bytes);
  return data;
}

function fromElements(elements: Elements, type: TensorType, subject: string): TensorData {
  requireLength(elements.length, sizeOf(type.shape), 'elements', type, subject);
  const data = allocate(type.dtype, elements.length);
  for (let index = 0; index < elements.length; index++) data[index] = elements[index]!;
  return data;
}

function requireLength(given: number, expected: number, unit: string, type: TensorType, subject: string): void {
  if (given === expected) return;
  const wanted = `${expected} ${unit} of ${formatType(type)}`;
  throw new ThalwegError('ONNX_INVALID', `onnx: ${subject}: expected ${wanted}, got ${given}`);
}
