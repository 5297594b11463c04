import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { parseNpy } from './npy.ts';
import { parseSafetensors, type ByteSource, type FileArray } from './core/index.ts';
import { readZip } from './zip.ts';

/** Files that hold several arrays by name. */
export const arrayFileEndings = ['.npz', '.safetensors'] as const;

/** Whether a file's name says that it holds arrays by name. */
export const isArrayFile = (path: string): boolean =>
  (arrayFileEndings as readonly string[]).includes(extname(path).toLowerCase());

/**
 * The arrays of a `.npz` (stored or deflated) or `.safetensors` file by name, those that are `wanted` (default: all).
 * Throws `DATA_INVALID` with `subject`, the file and the reason for another or a damaged file.
 */
export async function readArrays(
  subject: string,
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<Record<string, FileArray>> {
  if (!isArrayFile(path))
    throw invalid(subject, `expected a file that ends in ${arrayFileEndings.join(' or ')}, got ${path}`);
  try {
    return extname(path).toLowerCase() === '.npz'
      ? await readNpz(subject, path, wanted)
      : readSafetensors(subject, path, wanted);
  } catch (error) {
    if (error instanceof ThalwegError) throw error;
    throw invalid(subject, `cannot read ${path}: ${messageOf(error)}`, error);
  }
}

/** The array of a `.npy` file. Throws `DATA_INVALID`. */
export async function readNpyFile(subject: string, path: string): Promise<FileArray> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw invalid(subject, `cannot read ${path}: ${messageOf(error)}`, error);
  });
  return parseNpy(bytes, { subject, path });
}

async function readNpz(
  subject: string,
  path: string,
  wanted: (name: string) => boolean,
): Promise<Record<string, FileArray>> {
  const arrays: [string, FileArray][] = [];
  const nameOf = (file: string): string => file.replace(/\.npy$/, '');
  for await (const { path: file, bytes } of readZip(path, (entry) => entry.endsWith('.npy') && wanted(nameOf(entry))))
    arrays.push([nameOf(file), parseNpy(bytes, { subject, path: `${path}/${file}` })]);
  return Object.fromEntries(arrays);
}

function readSafetensors(subject: string, path: string, wanted: (name: string) => boolean): Record<string, FileArray> {
  const fail = (message: string): never => {
    throw invalid(subject, `${path}: ${message}`);
  };
  const { arrays } = withSource(path, (source) => parseSafetensors(source, fail));
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => wanted(name)));
}

/** What `use` makes of the bytes of a file, which is open only meanwhile. */
export function withSource<T>(path: string, use: (source: ByteSource) => T): T {
  const descriptor = openSync(path, 'r');
  try {
    return use(byteSource(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

const byteSource = (descriptor: number): ByteSource => ({
  size: fstatSync(descriptor).size,
  readInto(target, offset) {
    for (let at = 0; at < target.byteLength;) {
      const count = readSync(descriptor, target, at, Math.min(target.byteLength - at, 2 ** 30), offset + at);
      if (count === 0) throw new Error('the file ended early');
      at += count;
    }
  },
});

const invalid = (subject: string, message: string, cause?: unknown): ThalwegError =>
  new ThalwegError('DATA_INVALID', `${subject}: ${message}`, { cause });
