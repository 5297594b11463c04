import { closeSync, createReadStream, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  listCheckpoints,
  listSideFiles,
  HistoryReader,
  runFiles,
  type FileDigests,
  type HistoryPage,
  type HistoryPosition,
  type SideFile,
} from '../store/index.ts';
import { batchLimits } from './batch.ts';

/** A checkpoint that can be read although its name is gone meanwhile. */
export interface HeldFile {
  readonly bytes: number;
  readonly sha256: string;
  /** Its content from the beginning. */
  readonly read: () => Readable;
  readonly release: () => void;
}

/** The folder of a run as another process writes it. It need not exist yet. */
export class LocalRun {
  readonly directory: string;
  #history: HistoryReader | null = null;
  /** The last point of the clock that was acknowledged. */
  #clock: { readonly iteration: number; readonly seconds: number } | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The text of `run.json`; null before there is one. */
  file(): string | null {
    const path = join(this.directory, runFiles.file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  checkpoints(): { readonly iteration: number; readonly path: string }[] {
    return listCheckpoints(this.directory);
  }

  /** Copies of networks and weights, and what was computed from the run. */
  sideFiles(digests: FileDigests): Promise<SideFile[]> {
    return listSideFiles(this.directory, digests);
  }

  /** The last place in the sequence of records and rewinds. */
  newestSeq(): number {
    return this.#reader().newestSeq();
  }

  /** What follows a position; null for nothing that was not acknowledged. */
  page(after: HistoryPosition): HistoryPage | null {
    const page = this.#reader().page(after, batchLimits.rows);
    const { clock, from, to } = page;
    const isSame =
      from === to &&
      clock.iteration.length <= 1 &&
      (clock.iteration[0] ?? -1) === (this.#clock?.iteration ?? -1) &&
      clock.seconds[0] === this.#clock?.seconds;
    return isSame ? null : page;
  }

  /** Notes that the hub has a page. */
  acknowledge({ clock }: HistoryPage): void {
    const last = clock.iteration.length - 1;
    if (last >= 0) this.#clock = { iteration: clock.iteration[last]!, seconds: clock.seconds[last]! };
  }

  /** The next bytes of the log from an offset on, at most a batch of them. */
  log(from: number): Uint8Array {
    const path = join(this.directory, runFiles.log);
    if (!existsSync(path)) return new Uint8Array();
    const descriptor = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(Math.max(0, Math.min(fstatSync(descriptor).size - from, batchLimits.log)));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from));
    } finally {
      closeSync(descriptor);
    }
  }

  /** Opens a checkpoint, which its writer may remove at any time; null where it has. */
  async hold(path: string, digests: FileDigests): Promise<HeldFile | null> {
    const descriptor = openOrNull(path);
    if (descriptor === null) return null;
    const read = (): Readable =>
      createReadStream('', { fd: descriptor, start: 0, autoClose: false, highWaterMark: 1 << 18 });
    try {
      const sha256 = await digests.ofOpen(path, descriptor, read);
      return { bytes: fstatSync(descriptor).size, sha256, read, release: () => closeSync(descriptor) };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  close(): void {
    this.#history?.close();
    this.#history = null;
  }

  #reader(): HistoryReader {
    return (this.#history ??= new HistoryReader(join(this.directory, runFiles.metrics)));
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
