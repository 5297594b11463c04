import { closeSync, fstatSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { decodeModel, type ExternalFile, type ExternalFiles, type OnnxModel } from '../../graph/index.ts';

/** Protocol buffers end at 2 GiB; larger networks keep their weights beside the file. */
const maximumBytes = 2 ** 31;

/**
 * Reads an ONNX file with the weights that lie beside it. Only files in the model's own folder are read, whatever the model
 * asks for; `onBeside` hears of each that the model asks for. Throws `DATA_MISSING` where there is no file, and what `decodeModel` of `thalweg/graph` throws.
 */
export function readOnnx(path: string, onBeside: (location: string) => void = () => undefined): OnnxModel {
  const bytes = contentOf(path);
  const beside = filesBeside(path);
  const files: ExternalFiles = (location) => {
    onBeside(location);
    return beside(location);
  };
  return decodeModel(bytes, { files });
}

function contentOf(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size >= maximumBytes)
      throw new ThalwegError('ONNX_INVALID', `onnx: expected a file of less than 2 GiB, got ${size} bytes in ${path}`);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof ThalwegError) throw cause;
    throw new ThalwegError('DATA_MISSING', `onnx: expected a file at ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Opens files in the folder of a model, also by way of links, but none outside of it. */
function filesBeside(model: string): ExternalFiles {
  const folder = realpathSync(dirname(resolve(model)));
  return (location) => {
    const outside = new ThalwegError(
      'ONNX_INVALID',
      `onnx: external data: expected a file in the folder of the model, got ${JSON.stringify(location)}`,
    );
    if (isAbsolute(location) || /(^|[\\/])\.\.([\\/]|$)/.test(location) || location.includes('\0')) throw outside;
    const path = realPath(resolve(folder, location), location);
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw outside;
    return openedOnDemand(path, location);
  };
}

function realPath(path: string, location: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw missing(location, cause);
  }
}

function openedOnDemand(path: string, location: string): ExternalFile {
  const { size } = withFile(path, location, (file) => {
    const status = fstatSync(file);
    if (!status.isFile())
      throw new ThalwegError('ONNX_INVALID', `onnx: external data: expected a file, got ${JSON.stringify(location)}`);
    return status;
  });
  return {
    size,
    read: (offset, length) =>
      withFile(path, location, (file) => {
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const count = readSync(file, bytes, filled, length - filled, offset + filled);
          if (count === 0) break;
          filled += count;
        }
        return bytes.subarray(0, filled);
      }),
  };
}

function withFile<T>(path: string, location: string, use: (file: number) => T): T {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return use(file);
  } catch (cause) {
    throw cause instanceof ThalwegError ? cause : missing(location, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const missing = (location: string, cause: unknown): ThalwegError =>
  new ThalwegError(
    'DATA_MISSING',
    `onnx: external data: expected a file ${JSON.stringify(location)} beside the model: ${messageOf(cause)}`,
    { cause },
  );
