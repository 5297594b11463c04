import { appendFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import type { RunFile } from '../contract/index.ts';
import { listCheckpoints, removeCheckpoints } from './checkpoints.ts';
import { checkRunFile, inTransaction, newestSeq, RecordRows, type MetricsDatabase } from './core/index.ts';
import { closeAfterWriting, openForWriting, syncToDisk } from './database.ts';
import { storing, syncDirectory, syncFile, systemFiles, writeAtomically, type FileOperations } from './files.ts';
import type { HistoryPage, HistoryPosition } from './history.ts';
import { releaseLock, takeLock, writeLock } from './lock.ts';
import { runDirectory, runFiles } from './paths.ts';
import { makeStaging, placeStaging, removeTemporaries } from './staging.ts';

/** How a copy is written. */
export interface ReplicaOptions {
  /** Largest size of `metrics.db` in pages of 4,096 bytes; default: as large as the disk allows. */
  readonly pageLimit?: number;
  /** The calls that write `run.json`; default: the system's. */
  readonly files?: FileOperations;
}

/** How far a copy is. */
export interface ReplicaPosition extends HistoryPosition {
  /** Bytes of the log. */
  readonly log: number;
}

/** A hub has as many copies open as there are workers, and writes at the end of each. */
const cacheKibibytes = 512;

/**
 * Writes the copy of a run that another process makes, perhaps on another machine. Each part stands at a position, and a piece
 * is taken only where it begins there: whatever is sent twice, late or in part changes nothing. Everything is killed safely
 * between any two calls, and within one: what was not taken whole is sent again.
 */
export class ReplicaWriter {
  readonly directory: string;
  readonly #options: ReplicaOptions;
  readonly #path: string;
  readonly #log: string;
  readonly #database: MetricsDatabase;
  readonly #rows: RecordRows;
  #seq: number;
  #clock: number;
  #logBytes: number;

  /** Opens the metrics of a folder. Throws `STORE_FAILED`, and `RUN_INVALID` for damaged ones. */
  constructor(directory: string, options: ReplicaOptions = {}) {
    this.directory = directory;
    this.#options = options;
    this.#path = join(directory, runFiles.metrics);
    this.#log = join(directory, runFiles.log);
    this.#database = openForWriting(this.#path);
    this.#rows = storing(this.#path, () => new RecordRows(this.#database));
    this.#database.exec(`PRAGMA cache_size = -${cacheKibibytes}`);
    if (options.pageLimit !== undefined) this.#database.exec(`PRAGMA max_page_count = ${options.pageLimit}`);
    this.#seq = newestSeq(this.#database);
    this.#clock = lastOfClock(this.#database);
    this.#logBytes = statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0;
  }

  get position(): ReplicaPosition {
    return { seq: this.#seq, clock: this.#clock, log: this.#logBytes };
  }

  /** Takes a page that begins where this copy stands, all or nothing; false for any other. Throws `STORE_FAILED`. */
  apply(page: HistoryPage): boolean {
    if (page.from !== this.#seq) return false;
    // First: one that is left would be resumed from, without the records before it.
    this.#removeCheckpointsAfter(Math.min(...page.rewinds.iteration));
    try {
      storing(this.#path, () => inTransaction(this.#database, 'IMMEDIATE', () => this.#write(page)));
    } catch (error) {
      this.#rows.forget();
      throw error;
    }
    this.#seq = page.to;
    this.#clock = lastOfClock(this.#database);
    return true;
  }

  /** Takes bytes of the log that begin at its end; false for any others. Throws `STORE_FAILED`. */
  appendLog(from: number, bytes: Uint8Array): boolean {
    if (from !== this.#logBytes) return false;
    try {
      storing(this.#log, () => appendFileSync(this.#log, bytes));
    } finally {
      // A full disk may have taken a part of it, which is right as far as it goes.
      this.#logBytes = statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0;
    }
    return true;
  }

  /** Replaces `run.json`. Throws `STORE_FAILED`. Survives a power cut only after {@link settle}. */
  writeFile(text: string): void {
    const files = this.#options.files ?? systemFiles;
    // Progress is noted every other second of every run: waiting for the disk each time would stop all others.
    writeAtomically(join(this.directory, runFiles.file), [text], { ...files, fsyncSync: () => undefined });
  }

  /** Makes everything that was taken survive a power cut. Throws `STORE_FAILED`. */
  settle(): void {
    storing(this.directory, () => {
      syncToDisk(this.#database);
      for (const path of [this.#log, join(this.directory, runFiles.file)]) if (existsSync(path)) syncFile(path);
      syncDirectory(this.directory);
    });
  }

  /** Runs `work` while no other process can write. */
  exclusively(work: () => void): void {
    storing(this.#path, () => inTransaction(this.#database, 'IMMEDIATE', work));
  }

  close(): void {
    storing(this.#path, () => closeAfterWriting(this.#database));
  }

  #removeCheckpointsAfter(iteration: number): void {
    if (iteration === Infinity) return;
    removeCheckpoints(listCheckpoints(this.directory).filter((checkpoint) => checkpoint.iteration > iteration));
  }

  #write({ records, rewinds, clock }: HistoryPage): void {
    rewinds.seq.forEach((seq, row) => this.#rows.rewind(seq, rewinds.iteration[row]!));
    for (let row = 0; row < records.seq.length; row++) {
      const coordinate = records.coordinate[row]!;
      const examples = records.examples[row]!;
      this.#rows.insert(records.seq[row]!, {
        series: records.series[row]!,
        iteration: records.iteration[row]!,
        coordinate: Number.isNaN(coordinate) ? null : coordinate,
        value: records.value[row]!,
        standardError: records.isEstimate[row] === 0 ? null : records.standardError[row]!,
        examples: Number.isNaN(examples) ? null : examples,
      });
    }
    this.#rows.forgetTimeFrom(clock.from);
    clock.iteration.forEach((iteration, row) => this.#rows.noteTime({ iteration, seconds: clock.seconds[row]! }));
  }
}

/** Makes the folder of a copy that has only its `run.json`, and holds its lock. Throws `RUN_INVALID`, `RUN_EXISTS`, `STORE_FAILED`. */
export function createReplica(
  runsDirectory: string,
  id: string,
  text: string,
  options?: ReplicaOptions,
): ReplicaWriter {
  const directory = runDirectory(runsDirectory, id);
  checkReplicaFile(id, text);
  const staging = makeStaging(runsDirectory);
  try {
    fillStaging(staging, id, text, options);
    if (placeStaging(staging, directory)) return new ReplicaWriter(directory, options);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  throw new ThalwegError('RUN_EXISTS', `run ${id}: expected a new name, got that of a run in ${runsDirectory}`);
}

function fillStaging(staging: string, id: string, text: string, options: ReplicaOptions | undefined): void {
  const writer = new ReplicaWriter(staging, options);
  try {
    writer.writeFile(text);
    writer.settle();
    storing(staging, () => writeLock(staging, id));
  } finally {
    writer.close();
  }
}

/** Opens a copy that exists, and takes its lock. Throws `RUN_STATE` while another process writes it, `RUN_INVALID`, `STORE_FAILED`. */
export function openReplica(runsDirectory: string, id: string, options?: ReplicaOptions): ReplicaWriter {
  const directory = runDirectory(runsDirectory, id);
  const writer = new ReplicaWriter(directory, options);
  try {
    writer.exclusively(() => takeLock(directory));
  } catch (error) {
    writer.close();
    throw error;
  }
  removeTemporaries(directory);
  return writer;
}

/** Closes a copy and lets its lock go. */
export function closeReplica(writer: ReplicaWriter): void {
  try {
    writer.close();
  } finally {
    releaseLock(writer.directory);
  }
}

/** The content of a `run.json` that came from elsewhere. Throws `RUN_INVALID`, also for that of another run. */
export function checkReplicaFile(id: string, text: string): RunFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `run ${id}: expected ${runFiles.file} as JSON, got something else`, {
      cause,
    });
  }
  const file = checkRunFile(content, `run ${id}: ${runFiles.file}`);
  if (file.id === id) return file;
  throw new ThalwegError('RUN_INVALID', `run ${id}: expected ${runFiles.file} of that run, got that of ${file.id}`);
}

const lastOfClock = (database: MetricsDatabase): number =>
  (database.prepare('SELECT coalesce(max(iteration), -1) AS last FROM clock').get() as { last: number }).last;
