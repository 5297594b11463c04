import {
  allocate,
  formatType,
  sizeOf,
  ThalwegError,
  type HostTensor,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../base/index.ts';
import { elementFormat, elementName, type ElementFormat } from './element.ts';
import { externalBytes, type ExternalFiles } from './external.ts';
import { TensorProto_DataLocation as DataLocation, type TensorProto } from './gen/onnx_pb.ts';

/**
 * A tensor of an ONNX file, its elements copied: floating-point ones as float32 (float64 stays), whole numbers as int64. They
 * may stand as raw bytes, in the typed field of their type, or in a file beside the model; memory is taken only after the
 * declared size was found to match what is there.
 */
export function decodeTensor(tensor: TensorProto, subject: string, files?: ExternalFiles): HostTensor {
  const format = decodeElementFormat(tensor.dataType, subject);
  const type = { dtype: format.dtype, shape: decodeShape(tensor.dims, subject) };
  return { ...type, data: elementsOf(tensor, format, type, subject, files) };
}

function elementsOf(
  tensor: TensorProto,
  format: ElementFormat,
  type: TensorType,
  subject: string,
  files: ExternalFiles | undefined,
): TensorData {
  const bytes = sizeOf(type.shape) * format.bytes;
  if (tensor.dataLocation === DataLocation.EXTERNAL)
    return fromBytes(externalBytes(tensor, bytes, subject, files), format, type, subject);
  return tensor.rawData.length > 0
    ? fromBytes(tensor.rawData, format, type, subject)
    : fromField(tensor, format, type, subject);
}

/** How elements of an ONNX number are stored. Throws `ONNX_UNSUPPORTED` naming it. */
export function decodeElementFormat(number: number, subject: string): ElementFormat {
  const format = elementFormat(number);
  if (format !== undefined) return format;
  const expected = 'floating-point numbers of 16 bits or more, whole numbers of 8 bits or more, or bool';
  throw new ThalwegError('ONNX_UNSUPPORTED', `onnx: ${subject}: expected ${expected}, got ${elementName(number)}`);
}

/** A shape whose sizes, and whose number of elements, are integers that a number holds exactly. */
export function decodeShape(sizes: readonly bigint[], subject: string): Shape {
  const shape = sizes.map(Number);
  const fine = shape.every((size) => size >= 0 && Number.isSafeInteger(size)) && Number.isSafeInteger(sizeOf(shape));
  if (fine) return shape;
  throw new ThalwegError('ONNX_INVALID', `onnx: ${subject}: expected sizes of axes, got [${sizes.join(',')}]`);
}

function fromBytes(bytes: Uint8Array, format: ElementFormat, type: TensorType, subject: string): TensorData {
  const length = sizeOf(type.shape);
  requireLength(bytes.length, length * format.bytes, 'bytes', type, subject);
  const data = allocate(type.dtype, length);
  if (format.fromRaw === undefined) {
    new Uint8Array(data.buffer).set(bytes);
    return data;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < length; index++) data[index] = format.fromRaw(view, index * format.bytes);
  return data;
}

function fromField(tensor: TensorProto, format: ElementFormat, type: TensorType, subject: string): TensorData {
  const elements = format.field(tensor);
  requireLength(elements.length, sizeOf(type.shape), 'elements', type, subject);
  const data = allocate(type.dtype, elements.length);
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index]!;
    const value = format.fromField ? format.fromField(Number(element)) : element;
    data[index] = type.dtype === 'int64' ? BigInt(value) : type.dtype === 'bool' ? Number(value !== 0) : value;
  }
  return data;
}

function requireLength(given: number, expected: number, unit: string, type: TensorType, subject: string): void {
  if (given === expected) return;
  const wanted = `${expected} ${unit} of ${formatType(type)}`;
  throw new ThalwegError('ONNX_INVALID', `onnx: ${subject}: expected ${wanted}, got ${given}`);
}
