import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

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
