import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { listCheckpoints } from './checkpoints.ts';
import { fileDigest, type Digest, type FileDigests } from './file-digest.ts';
import { HistoryReader, type HistoryPage } from './history.ts';
import { runFiles } from './paths.ts';
import { listSideFiles } from './side-files.ts';

/** SHA-256 of what a run is, part by part: two folders with the same are the same run to the last bit. */
export interface ContentDigest {
  /** Of the bytes of `run.json`. */
  readonly file: Digest;
  /** Of all records, rewinds and the clock, however the database has laid them out. */
  readonly metrics: Digest;
  /** Of the bytes of `log.jsonl`. */
  readonly log: Digest;
  /** Of the iterations of the checkpoints, and the bytes of each. */
  readonly checkpoints: Digest;
  /** Of the names of its other files, and the bytes of each: copies of networks and weights, measurements, landscapes. */
  readonly files: Digest;
}

const pageSize = 8192;

/**
 * The digest of the run in a folder that nobody writes meanwhile. Work in pieces, so that others have their turn in between.
 *
 * @param text instead of what stands in `run.json`
 * @param names of the other files that count (default: all): a hub may have more, which were computed there
 * @throws `RUN_INVALID` for what cannot be read
 */
export async function contentDigest(
  directory: string,
  digests: FileDigests,
  text?: string,
  names?: readonly string[],
): Promise<ContentDigest> {
  const log = join(directory, runFiles.log);
  return {
    file: digestOfText(text ?? (await readFile(join(directory, runFiles.file)))),
    metrics: await digestOfMetrics(join(directory, runFiles.metrics)),
    log: existsSync(log) ? await fileDigest(log) : digestOfText(''),
    checkpoints: await digestOfCheckpoints(directory, digests),
    files: await digestOfFiles(directory, digests, names),
  };
}

const digestOfText = (text: string | Uint8Array): Digest => createHash('sha256').update(text).digest('hex');

async function digestOfCheckpoints(directory: string, digests: FileDigests): Promise<Digest> {
  const hash = createHash('sha256');
  for (const { iteration, path } of listCheckpoints(directory)) hash.update(`${iteration} ${await digests.of(path)}\n`);
  return hash.digest('hex');
}

async function digestOfFiles(directory: string, digests: FileDigests, names?: readonly string[]): Promise<Digest> {
  const hash = createHash('sha256');
  for (const { name, sha256 } of await listSideFiles(directory, digests))
    if (names === undefined || names.includes(name)) hash.update(`${name} ${sha256}\n`);
  return hash.digest('hex');
}

/** Of the history page by page: the same content is cut into the same pages. */
async function digestOfMetrics(path: string): Promise<Digest> {
  const reader = new HistoryReader(path);
  try {
    const hash = createHash('sha256');
    let at = { seq: 0, clock: -1 };
    for (let isLast = false; !isLast;) {
      const page = reader.page(at, pageSize);
      addPage(hash, page);
      ({ isLast } = page);
      at = { seq: page.to, clock: page.clock.iteration.at(-1) ?? at.clock };
      await setImmediate();
    }
    return hash.digest('hex');
  } finally {
    reader.close();
  }
}

function addPage(hash: Hash, { records, rewinds, clock }: HistoryPage): void {
  const { seq, series, iteration, coordinate, value, standardError, isEstimate, examples } = records;
  hash.update(series.join('\n'));
  const columns = [seq, iteration, coordinate, value, standardError, isEstimate, examples];
  for (const column of [...columns, rewinds.seq, rewinds.iteration, clock.iteration, clock.seconds])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
}
