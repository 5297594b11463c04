import { messageOf, ThalwegError } from '../../../src/base/index.ts';
import { catalogueEntry, idxDataSet, idxExamples, type RawDataSet } from '../../../src/data/core/index.ts';
import { decodeModel } from '../../../src/graph/index.ts';
import type { HeldFiles } from '../src/lib/messages.ts';
import { digestBytes } from './digest.ts';

/**
 * Files that a reader dropped on the page: the browser keeps them, so that they are there after a reload, and for runs that
 * began with them.
 */
const folders = { mnist: 'thalweg-mnist', models: 'thalweg-models' } as const;
const mnist = catalogueEntry('mnist');

/** What there is. */
export async function heldFiles(): Promise<HeldFiles> {
  const held = new Set(await namesIn(folders.mnist));
  return {
    missing: mnist.files.map(({ name }) => name).filter((name) => !held.has(name)),
    models: await namesIn(folders.models),
  };
}

/**
 * Takes files of MNIST (as they are published, or unpacked) and ONNX networks. Throws `DATA_INVALID` for another file,
 * `ONNX_*` for a network that cannot be read, `STORE_FAILED`.
 */
export async function takeFiles(files: readonly File[]): Promise<HeldFiles> {
  for (const file of files) {
    const bytes = await contentsOf(file);
    if (file.name.endsWith('.onnx')) {
      decodeModel(bytes);
      await write(folders.models, file.name, bytes);
    } else await write(folders.mnist, await mnistName(file.name, bytes), bytes);
  }
  return heldFiles();
}

/** MNIST from what was dropped. Throws `DATA_MISSING` with what is not there, `DATA_INVALID`. */
export async function readMnist(): Promise<RawDataSet> {
  const { missing } = await heldFiles();
  if (missing.length > 0)
    throw new ThalwegError(
      'DATA_MISSING',
      `mnist: missing ${missing.join(', ')} (plain or .gz): drop the files on this page`,
    );
  const contents = await Promise.all(
    mnist.files.map(async ({ name }) => ({ path: name, bytes: (await read(folders.mnist, name))! })),
  );
  const [trainImages, trainLabels, testImages, testLabels] = contents;
  return idxDataSet(mnist, {
    train: idxExamples(mnist, trainImages!, trainLabels!),
    test: idxExamples(mnist, testImages!, testLabels!),
  });
}

/** The bytes of a network that was dropped; null where there is none of that name. */
export const readNetwork = (name: string): Promise<Uint8Array<ArrayBuffer> | null> => read(folders.models, name);

/** Which file of MNIST it is, by its content: people give them many names. */
async function mnistName(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await digestBytes([bytes]);
  const found = mnist.files.find(({ checksum }) => checksum.value === digest);
  if (found) return found.name;
  const expected = 'one of the four files of MNIST (IDX, plain or .gz) or an .onnx network';
  throw new ThalwegError(
    'DATA_INVALID',
    `${name}: expected ${expected}, got another (SHA-256 ${digest.slice(0, 12)}…)`,
  );
}

/** The contents of a file, decompressed when it is gzip, which is known by its first two bytes. */
async function contentsOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = first === 0x1f && second === 0x8b;
  try {
    const stream = isGzip ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw new ThalwegError('DATA_INVALID', `${file.name}: could not be read: ${messageOf(cause)}`, { cause });
  }
}

const openFolder = async (name: string): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await openFolder(folder)).keys()) names.push(name);
  return names.sort();
}

async function read(folder: string, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const handle = await (await openFolder(folder)).getFileHandle(name);
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}

/** Writes a file whole: what is written takes its place when it is closed. */
async function write(folder: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    const handle = await (await openFolder(folder)).getFileHandle(name, { create: true });
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
  } catch (cause) {
    throw new ThalwegError('STORE_FAILED', `${name}: could not be written: ${messageOf(cause)}`, { cause });
  }
}
