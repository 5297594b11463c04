import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { expect, onTestFinished } from 'vitest';
import { specificationSchema, type SpecificationInput } from '../../src/contract/index.ts';
import { loadDataSet, type DataSet, type DataSpecification, type ExampleSet } from '../../src/data/index.ts';

type DataInput = SpecificationInput['data'];

/** The folder with the real data files that the tests read. */
export const realData = process.env['THALWEG_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');

/** An empty folder that is deleted after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'thalweg-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Bytes of an IDX file: big-endian magic and sizes, then `elements`. */
export function idxBytes(magic: number, sizes: readonly number[], elements: Iterable<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((value, index) => header.writeUInt32BE(value, 4 * index));
  return Buffer.concat([header, Uint8Array.from(elements)]);
}

/** One request that the test server saw. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
}

/** Serves `answer` on a free port of this machine until the test ends. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? '', range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** Answers with `content`, from the position that a Range header asks for. */
export function sendWithRange(request: IncomingMessage, response: ServerResponse, content: Uint8Array): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start, 'content-range': range });
  response.end(content.subarray(start));
}

/** Announces all of `content`, sends the first `sent` bytes of it, and cuts the connection. */
export function sendAndCut(response: ServerResponse, content: Uint8Array, sent: number): void {
  response.writeHead(200, { 'content-length': content.length });
  response.write(content.subarray(0, sent), () => setTimeout(() => response.destroy(), 20));
}

/** The specification of a data set with its defaults filled in. */
export const dataSpecification = (input: DataInput): DataSpecification => specificationSchema.shape.data.parse(input);

/** Loads a data set from `dataDirectory`. */
export const loadFrom = (
  dataDirectory: string,
  input: DataInput,
  seed = 1,
  onDecoding?: (name: string, images: number) => void,
): Promise<DataSet> => loadDataSet(dataSpecification(input), { dataDirectory, seed, onDecoding });

/** Lets decoded images go to a folder of this test. */
export async function useOwnCache(): Promise<string> {
  const folder = await temporaryFolder();
  const before = process.env['THALWEG_CACHE'];
  process.env['THALWEG_CACHE'] = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env['THALWEG_CACHE'];
    else process.env['THALWEG_CACHE'] = before;
  });
  return folder;
}

/** The error that an attempt ends with; its message is one line. */
export async function failureOf(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await attempt.then(
    () => expect.unreachable('it succeeded'),
    (reason: unknown) => reason as Error & { code: string },
  );
  expect(error.message).not.toContain('\n');
  return error;
}

/** Number of examples of each class. */
export function perClassOf({ labels }: ExampleSet, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** Writes an image of one colour (or one grey), lossless where the name ends in `.png`. */
export async function writeImage(path: string, colour: readonly number[], size = 8): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const pixels = Uint8Array.from({ length: size * size * colour.length }, (_, index) => colour[index % colour.length]!);
  const channels = colour.length as 1 | 3;
  const image = sharp(pixels, { raw: { width: size, height: size, channels } });
  // Without this, sharp stores three equal channels.
  await (channels === 1 ? image.toColourspace('b-w') : image).toFile(path);
}

/** Writes a tar (gzip where the name says so) of `files`: contents by path. */
export async function writeTar(target: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const archive = pack();
  for (const [name, bytes] of files) archive.entry({ name }, Buffer.from(bytes));
  archive.finalize();
  const bytes = await buffer(archive);
  await writeFile(target, target.endsWith('.gz') ? gzipSync(bytes) : bytes);
}

/** Writes a zip of `files` without compression. */
export async function writeZip(target: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [path, bytes] of files) {
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  await writeFile(target, Buffer.concat([...locals, ...directory, end]));
}
