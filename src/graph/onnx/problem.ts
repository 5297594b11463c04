import { ThalwegError } from '../../base/index.ts';

/** A name from a file, on one line whatever it contains. */
export const quote = (name: string): string => JSON.stringify(name);

/** The file is not a valid model: `onnx: …`. */
export const invalid = (message: string, cause?: unknown): ThalwegError =>
  new ThalwegError('ONNX_INVALID', `onnx: ${message}`, { cause });

/** The file is a model that Thalweg cannot express: `onnx: …`. */
export const unsupported = (message: string): ThalwegError => new ThalwegError('ONNX_UNSUPPORTED', `onnx: ${message}`);

/** A whole number that a double holds exactly. */
export function toInteger(value: bigint, subject: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw unsupported(`${subject}: expected an integer below 2^53, got ${value}`);
  return number;
}
