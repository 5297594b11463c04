import { createHash } from 'node:crypto';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import type { DataFile } from '../../src/data/index.ts';
import { downloadFile, type Download } from '../../src/data/download.ts';
import { sendAndCut, sendWithRange, serve, temporaryFolder } from './support.ts';

const stream = randomStream(1, 'test', 'download');
/** Half random: it compresses a little, and two levels of compression give different bytes. */
const contents = Buffer.from(Uint8Array.from({ length: 200_000 }, () => stream.integer(16)));
const published = gzipSync(contents, { level: 9 });
const recompressed = gzipSync(contents, { level: 1 });
const file: DataFile = {
  name: 'things',
  published: 'things.gz',
  alternatives: [],
  bytes: contents.length,
  downloadBytes: published.length,
  checksum: { algorithm: 'sha256', of: 'contents', value: createHash('sha256').update(contents).digest('hex') },
};

function download(folder: string, mirrors: string[], options: Partial<Download> = {}): Promise<void> {
  const target = join(folder, 'things.gz');
  return downloadFile({ subject: 'set', file, target, mirrors, onProgress: () => {}, stallTimeout: 5000, ...options });
}

/** The error of a download that must fail. */
const failureOf = (attempt: Promise<void>): Promise<Error & { code: string }> =>
  attempt.then(
    () => expect.unreachable('the download succeeded'),
    (error: unknown) => error as Error & { code: string },
  );

describe('a download', () => {
  it('leaves exactly the file and reports its progress', async () => {
    const folder = await temporaryFolder();
    const { address } = await serve((request, response) => sendWithRange(request, response, published));
    const progress: [number, number | null][] = [];
    await download(folder, [address], { onProgress: (...step) => progress.push(step) });
    expect(await readdir(folder)).toEqual(['things.gz']);
    expect((await readFile(join(folder, 'things.gz'))).equals(published)).toBe(true);
    expect(progress[0]).toEqual([0, published.length]);
    expect(progress.at(-1)).toEqual([published.length, published.length]);
    expect(progress.map(([received]) => received)).toEqual(
      progress.map(([received]) => received).toSorted((a, b) => a - b),
    );
  });

  it('keeps what arrived before a cut, shows no file, and goes on from there', async () => {
    const folder = await temporaryFolder();
    const { address, seen } = await serve((request, response) =>
      seen.length === 1 ? sendAndCut(response, published, 50_000) : sendWithRange(request, response, published),
    );
    const error = await failureOf(download(folder, [address]));
    expect(error.code).toBe('DATA_FETCH');
    expect(error.message).toMatch(/^set: could not fetch things\.gz from http:\/\/127\.0\.0\.1:\d+: \S[^\n]*$/);
    expect(await readdir(folder)).toEqual(['things.gz.part']);

    const progress: number[] = [];
    await download(folder, [address], { onProgress: (received) => progress.push(received) });
    expect(seen.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-']);
    expect(progress[0]).toBe(50_000);
    expect(await readdir(folder)).toEqual(['things.gz']);
    expect((await readFile(join(folder, 'things.gz'))).equals(published)).toBe(true);
  });

  it('starts anew when the server ignores the range', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'things.gz.part'), published.subarray(0, 1000));
    const { address, seen } = await serve((_, response) => response.end(published));
    await download(folder, [address]);
    expect(seen).toEqual([{ path: '/things.gz', range: 'bytes=1000-' }]);
    expect((await readFile(join(folder, 'things.gz'))).equals(published)).toBe(true);
  });

  it('takes a part that is already complete', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'things.gz.part'), published);
    const { address, seen } = await serve((request, response) => sendWithRange(request, response, published));
    await download(folder, [address]);
    expect(seen).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['things.gz']);
  });

  it('starts once more when the kept part belongs to a differently compressed copy', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'things.gz.part'), recompressed.subarray(0, 1000));
    const { address, seen } = await serve((request, response) => sendWithRange(request, response, published));
    await download(folder, [address]);
    expect(seen.map(({ range }) => range)).toEqual(['bytes=1000-', undefined]);
    expect((await readFile(join(folder, 'things.gz'))).equals(published)).toBe(true);
  });

  it('accepts a copy that was compressed differently, or unpacked on the way', async () => {
    for (const copy of [recompressed, contents]) {
      const folder = await temporaryFolder();
      const { address } = await serve((_, response) => response.end(copy));
      await download(folder, [address]);
      expect((await readFile(join(folder, 'things.gz'))).equals(copy)).toBe(true);
    }
  });

  it('refuses wrong contents and deletes them', async () => {
    const folder = await temporaryFolder();
    const { address } = await serve((_, response) => response.end(gzipSync('something else')));
    const error = await failureOf(download(folder, [address]));
    expect(error).toMatchObject({
      code: 'DATA_FETCH',
      message: `set: could not fetch things.gz from ${address}: its contents have another checksum than recorded`,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a page that a server shows instead of the file', async () => {
    const folder = await temporaryFolder();
    const { address } = await serve((_, response) => response.end('<html>please log in</html>'));
    expect((await failureOf(download(folder, [address]))).message).toContain('another checksum');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a body without an end', async () => {
    const folder = await temporaryFolder();
    const { address } = await serve((_, response) => response.end(Buffer.alloc(400_000)));
    const error = await failureOf(download(folder, [address]));
    expect(error.message).toContain(`it sent more than the 200000 bytes of the file`);
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes on with the next mirror, and names all of them when none works', async () => {
    const folder = await temporaryFolder();
    const { address, seen } = await serve((request, response) => {
      if (request.url?.startsWith('/good/')) sendWithRange(request, response, published);
      else response.writeHead(404).end('no such file');
    });
    const unreachable = 'http://127.0.0.1:1/';
    const error = await failureOf(download(folder, [`${address}/bad`, unreachable, 'nonsense']));
    expect(error.message).toBe(
      `set: could not fetch things.gz from ${address}/bad: HTTP 404; ${unreachable}: ${error.message.split(`${unreachable}: `)[1]}`,
    );
    expect(error.message).toMatch(/; nonsense: not an address$/);
    expect(error.message).not.toContain('\n');
    await download(folder, [`${address}/bad`, unreachable, `${address}/good`]);
    expect(seen.map(({ path }) => path)).toEqual(['/bad/things.gz', '/bad/things.gz', '/good/things.gz']);
    expect(await readdir(folder)).toEqual(['things.gz']);
  });

  it('goes on at the next mirror from where the first was cut', async () => {
    const folder = await temporaryFolder();
    const { address, seen } = await serve((request, response) =>
      request.url?.startsWith('/a/')
        ? sendAndCut(response, published, 30_000)
        : sendWithRange(request, response, published),
    );
    await download(folder, [`${address}/a/`, `${address}/b/`]);
    expect(seen).toEqual([
      { path: '/a/things.gz', range: undefined },
      { path: '/b/things.gz', range: 'bytes=30000-' },
    ]);
    expect((await readFile(join(folder, 'things.gz'))).equals(published)).toBe(true);
  });

  it('refuses a range that it did not ask for', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'things.gz.part'), published.subarray(0, 1000));
    const { address } = await serve((_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('abc'),
    );
    expect((await failureOf(download(folder, [address]))).message).toContain(
      'it answered another range than asked for',
    );
  });

  it('gives up a mirror that sends nothing', async () => {
    const folder = await temporaryFolder();
    const { address } = await serve((_, response) => response.writeHead(200, { 'content-length': 1000 }).write('abc'));
    const error = await failureOf(download(folder, [address], { stallTimeout: 100 }));
    expect(error.message).toContain(`${address}: it sent nothing for 0.1 s`);
  });

  it('can be interrupted and resumed', async () => {
    const folder = await temporaryFolder();
    const { address, seen } = await serve((request, response) => {
      if (seen.length > 1) return sendWithRange(request, response, published);
      response.writeHead(200, { 'content-length': published.length }).write(published.subarray(0, 40_000));
    });
    const controller = new AbortController();
    const onProgress = (received: number): void => void (received === 40_000 && controller.abort());
    const error = await failureOf(download(folder, [address], { signal: controller.signal, onProgress }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(await readdir(folder)).toEqual(['things.gz.part']);
    await download(folder, [address]);
    expect(seen.at(-1)!.range).toBe('bytes=40000-');
    expect(await readdir(folder)).toEqual(['things.gz']);
  });

  it('asks nobody once it is interrupted', async () => {
    const { address, seen } = await serve((_, response) => response.end(published));
    const error = await failureOf(
      download(await temporaryFolder(), [address, address], { signal: AbortSignal.abort() }),
    );
    expect(error.code).toBe('INTERRUPTED');
    expect(seen).toEqual([]);
  });

  it('ends at once when the file cannot be created', async () => {
    const folder = join(await temporaryFolder(), 'absent');
    const { address, seen } = await serve((_, response) => response.end(published));
    const error = await failureOf(download(folder, [address, address]));
    expect(error.code).toBe('DATA_FETCH');
    expect(error.message).toMatch(/^set: cannot write .*things\.gz: ENOENT/);
    expect(seen).toHaveLength(1);
  });

  it.runIf(process.platform === 'linux')('says so when the disk is full, and leaves no file', async () => {
    const folder = await temporaryFolder();
    await symlink('/dev/full', join(folder, 'things.gz.part'));
    const { address } = await serve((_, response) => response.end(published));
    const error = await failureOf(download(folder, [address]));
    expect(error).toMatchObject({ code: 'DATA_FETCH' });
    expect(error.message).toMatch(/^set: cannot write .*things\.gz: ENOSPC/);
    expect(await readdir(folder)).toEqual(['things.gz.part']);
  });
});
