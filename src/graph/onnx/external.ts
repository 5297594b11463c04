import { ThalwegError } from '../../base/index.ts';
import type { TensorProto } from './gen/onnx_pb.ts';

/** A file that holds elements of tensors beside a model. */
export interface ExternalFile {
  /** Its size in bytes. */
  readonly size: number;
  /** `length` bytes from `offset` on; both were found to lie within the file. */
  read(offset: number, length: number): Uint8Array;
}

/**
 * Opens a file that a model names, a path relative to the model's folder. It comes from the model, which may come from
 * anywhere: whoever opens files must keep to the folder, and throw a `ThalwegError` otherwise.
 */
export type ExternalFiles = (location: string) => ExternalFile;

/** The bytes of a tensor that lies beside the model. `expected` is what its type and shape need; nothing is read before all claims agree. */
export function externalBytes(
  tensor: TensorProto,
  expected: number,
  subject: string,
  files: ExternalFiles | undefined,
): Uint8Array {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location');
  if (location === undefined || location === '') throw invalid(subject, 'a location of external data, got none');
  if (files === undefined)
    throw new ThalwegError(
      'ONNX_UNSUPPORTED',
      `onnx: ${subject}: expected elements in the file, got external data in ${JSON.stringify(location)}; read the model from its folder`,
    );
  const offset = wholeNumber(entries.get('offset') ?? '0', 'offset', subject);
  const length = wholeNumber(entries.get('length') ?? String(expected), 'length', subject);
  if (length !== expected) throw invalid(subject, `${expected} bytes of external data, got ${length}`);
  const file = files(location);
  if (offset + length > file.size)
    throw invalid(
      subject,
      `bytes ${offset} to ${offset + length} of ${JSON.stringify(location)}, got a file of ${file.size}`,
    );
  const bytes = file.read(offset, length);
  if (bytes.length !== length) throw invalid(subject, `${length} bytes of external data, got ${bytes.length}`);
  return bytes;
}

function wholeNumber(text: string, what: string, subject: string): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw invalid(subject, `a whole number of bytes as ${what} of external data, got ${JSON.stringify(text)}`);
}

const invalid = (subject: string, difference: string): ThalwegError =>
  new ThalwegError('ONNX_INVALID', `onnx: ${subject}: expected ${difference}`);
