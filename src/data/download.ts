import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { DataFile } from './core/catalogue.ts';
import { checkDataFile } from './file.ts';

/** One file to bring from the web to `target`. */
export interface Download {
  /** The data set, for messages. */
  readonly subject: string;
  readonly file: DataFile;
  readonly target: string;
  readonly mirrors: readonly string[];
  /** Bytes received so far, resumed ones included, of `total`; null when the server does not say. */
  readonly onProgress: (received: number, total: number | null) => void;
  readonly signal?: AbortSignal | undefined;
  /** A mirror that sends nothing for so long is given up, in milliseconds. */
  readonly stallTimeout: number;
}

/** Why one mirror failed; the next one is tried. */
class MirrorFailure extends Error {}

/** The same, where what was received is of no use. */
class WrongFile extends MirrorFailure {}

/**
 * Downloads one file: into `<target>.part`, from where an earlier attempt stopped (HTTP Range), from the first mirror
 * that works; `target` appears by a rename once its checksum is right. A complete `.part`
 * with another checksum is deleted, an incomplete one is kept for the next attempt.
 *
 * Throws `DATA_FETCH` with the file and, for each mirror, the reason; `INTERRUPTED` when `signal` fires.
 */
export async function downloadFile(download: Download): Promise<void> {
  const failures: string[] = [];
  for (const mirror of download.mirrors) {
    const failure = await tryMirror(download, mirror);
    if (failure === null) return onDisk(download, () => rename(partOf(download), download.target));
    failures.push(`${mirror}: ${failure}`);
  }
  const { subject, file } = download;
  throw new ThalwegError(
    'DATA_FETCH',
    `${subject}: could not fetch ${file.published} from ${failures.join('; ') || 'no mirror'}`,
  );
}

const partOf = ({ target }: Download): string => `${target}.part`;

/** Null when `.part` holds the right contents afterwards, else why not. */
async function tryMirror(download: Download, mirror: string): Promise<string | null> {
  try {
    const { resumed } = await receive(download, mirror);
    if (await holdsRightContents(download)) return null;
    // The kept beginning may come from another mirror's differently compressed copy: once more, from the start.
    if (resumed) await receive(download, mirror);
    return resumed && (await holdsRightContents(download)) ? null : 'its contents have another checksum than recorded';
  } catch (error) {
    if (!(error instanceof MirrorFailure)) throw error;
    if (error instanceof WrongFile) await discardPart(download);
    return error.message;
  }
}

/** Checks a complete `.part`, and deletes it when it is wrong. */
async function holdsRightContents(download: Download): Promise<boolean> {
  const { intact } = await checkDataFile(download.file, partOf(download));
  if (!intact) await discardPart(download);
  return intact;
}

const discardPart = (download: Download): Promise<void> =>
  onDisk(download, () => rm(partOf(download), { force: true }));

/** Appends what is missing to `.part`; starts it anew when the server ignores the range. */
async function receive(download: Download, mirror: string): Promise<{ resumed: boolean }> {
  const held = (await stat(partOf(download)).catch(() => null))?.size ?? 0;
  const watch = watchStall(download);
  try {
    const response = await request(urlOf(download, mirror), held, watch.signal);
    // 416: `.part` is already complete, or too long; its checksum decides.
    if (response.status === 416 && held > 0) return { resumed: true };
    const start = startOf(response, held);
    await writeBody(download, response, start, watch.reset);
    return { resumed: start > 0 };
  } catch (error) {
    throw explain(error, download, watch.signal);
  } finally {
    watch.stop();
  }
}

function urlOf({ file }: Download, mirror: string): URL {
  const base = mirror.endsWith('/') ? mirror : `${mirror}/`;
  if (!URL.canParse(base)) throw new MirrorFailure('not an address');
  return new URL(`${file.published}`, base);
}

function request(url: URL, held: number, signal: AbortSignal): Promise<Response> {
  const headers = { 'accept-encoding': 'identity', ...(held > 0 ? { range: `bytes=${held}-` } : {}) };
  return fetch(url, { headers, signal });
}

/** Position in the file at which the body of a response begins. */
function startOf(response: Response, held: number): number {
  if (response.status === 200) return 0;
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  if (response.status === 206 && Number(range?.[1]) === held) return held;
  void response.body?.cancel();
  throw new MirrorFailure(
    response.status === 206 ? 'it answered another range than asked for' : `HTTP ${response.status}`,
  );
}

async function writeBody(download: Download, response: Response, start: number, alive: () => void): Promise<void> {
  const length = response.headers.get('content-encoding') === null ? response.headers.get('content-length') : null;
  const total = length === null ? null : start + Number(length);
  const handle = await onDisk(download, () => open(partOf(download), start > 0 ? 'a' : 'w'));
  try {
    const received = await copyBody(download, response, handle, { start, total, alive });
    if (total !== null && received < total)
      throw new MirrorFailure(`the connection ended after ${received} of ${total} bytes`);
    await onDisk(download, () => handle.sync());
  } finally {
    await handle.close();
  }
}

interface Position {
  readonly start: number;
  readonly total: number | null;
  readonly alive: () => void;
}

async function copyBody(
  download: Download,
  response: Response,
  handle: FileHandle,
  { start, total, alive }: Position,
): Promise<number> {
  // Gzip never adds more than a few bytes per block: a longer body is another file, or one without an end.
  const limit = download.file.bytes * 1.01 + 65_536;
  let received = start;
  download.onProgress(received, total);
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    alive();
    received += piece.length;
    if (received > limit) throw new WrongFile(`it sent more than the ${download.file.bytes} bytes of the file`);
    await onDisk(download, () => handle.writeFile(piece));
    download.onProgress(received, total);
  }
  return received;
}

/** A signal that fires with the caller's, or when `reset` was not called for `stallTimeout`. */
function watchStall({ signal, stallTimeout }: Download) {
  const stalled = new AbortController();
  const give = (): void => stalled.abort(new MirrorFailure(`it sent nothing for ${stallTimeout / 1000} s`));
  const timer = setTimeout(give, stallTimeout);
  return {
    signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    reset: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

/** What a failure while receiving means: an interruption, a fault of this disk, or else of the mirror. */
function explain(error: unknown, { subject, file, signal }: Download, watched: AbortSignal): Error {
  if (error instanceof ThalwegError || error instanceof MirrorFailure) return error;
  if (signal?.aborted) {
    const kept = 'what has arrived is kept, and the same command goes on from there';
    return new ThalwegError('INTERRUPTED', `${subject}: fetching ${file.published} was interrupted; ${kept}`, {
      cause: error,
    });
  }
  if (watched.aborted && watched.reason instanceof MirrorFailure) return watched.reason;
  // The message of a failed fetch is only "fetch failed" or "terminated"; its cause has the reason.
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return new MirrorFailure(messageOf(cause) || messageOf(error));
}

/** Runs a file operation; its failure ends the download, since no other mirror can help. */
async function onDisk<T>({ subject, target }: Download, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw new ThalwegError('DATA_FETCH', `${subject}: cannot write ${target}: ${messageOf(error)}`, { cause: error });
  }
}
