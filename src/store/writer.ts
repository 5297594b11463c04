import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ThalwegError, type HostTensor } from '../base/index.ts';
import { clockOf, runFileVersion, type MetricRecord, type RunFile } from '../contract/index.ts';
import { listCheckpoints, removeCheckpoints, saveCheckpoint, type Retention } from './checkpoints.ts';
import { storing, type FileOperations } from './files.ts';
import { assertFree, releaseLock, takeLock, writeLock } from './lock.ts';
import { ForkMetrics } from './lineage.ts';
import { openLog, type LogLevel, type RunLog } from './log.ts';
import type { MetricsReader } from './metrics-reader.ts';
import { MetricsWriter } from './metrics-writer.ts';
import { runDirectory, runFiles } from './paths.ts';
import { folderReader, type ReaderOptions, type RunReader } from './reader.ts';
import type { ClockPoint } from './record-rows.ts';
import { checkRunFile, idStem, readCurrentRunFile, writeRunFile } from './run-file.ts';
import { makeStaging, placeStaging, removeTemporaries } from './staging.ts';

/** What a run is made from: the store adds version and times, and a readable id where none is given. */
export type NewRun = Omit<RunFile, 'id' | 'version' | 'created' | 'updated' | 'parent' | 'origin'> & {
  readonly id?: string;
  /** Default: null. */
  readonly parent?: RunFile['parent'];
  /** Default: null. */
  readonly origin?: RunFile['origin'];
};

/** A file of which the folder of a run keeps a copy, or its content. */
export type Asset = { readonly name: string } & ({ readonly path: string } | { readonly content: Uint8Array });

/** How a run is written. */
export interface WriterOptions {
  /** Largest size of `metrics.db` in pages of 4,096 bytes; default: as large as the disk allows. */
  readonly pageLimit?: number;
  /** The calls that write `run.json` and checkpoints; default: the system's. */
  readonly files?: FileOperations;
  /** Files that a new run keeps copies of; default: none. */
  readonly assets?: readonly Asset[];
}

/** The one process that writes a run. */
export interface RunWriter {
  readonly directory: string;
  /** The content of `run.json`. */
  readonly file: RunFile;
  /** Changes `run.json`, which is checked and replaced whole. Throws `RUN_INVALID` (nothing changes) or `STORE_FAILED`. */
  update(patch: Partial<Omit<RunFile, 'id' | 'version' | 'created' | 'updated'>>): void;
  /** Adds records in order; they are written in transactions of 200, and by {@link flush}. Throws `STORE_FAILED`. */
  append(records: readonly MetricRecord[]): void;
  /** Writes the records that wait, and where the run stands when. On `STORE_FAILED` records go on waiting. */
  flush(clock?: ClockPoint): void;
  /** Withdraws records of `iteration` or later and checkpoints later than it; living readers learn of it. */
  rewind(iteration: number): void;
  /**
   * Writes what waits, so that it survives a power cut, and then the checkpoint of `iteration` (θ after that many
   * updates). Of the older ones stay: the newest that `checkpoints.keep` of the specification names, those at multiples of
   * `checkpoints.keepEvery`, and the one that a fork began with. Returns its path. Throws `STORE_FAILED`.
   */
  saveCheckpoint(iteration: number, tensors: Record<string, HostTensor>, metadata: Record<string, string>): string;
  /** Adds a line to `log.jsonl`. Throws `STORE_FAILED`. */
  log(level: LogLevel, message: string): void;
  /**
   * What is written so far, read through this writer's own connection: valid until the writer closes, and never in the
   * way of its closing. `close` on it closes the ancestors of a fork, if they were read.
   *
   * @param part as for {@link openRun}
   */
  reader(options?: ReaderOptions): RunReader;
  /** Writes what waits and releases the lock, also when that writing fails. A second call does nothing. */
  close(): void;
}

/**
 * Makes the folder of a new run and opens it for writing. Without `id` it is named
 * `<study, or data-model>-<optimizer>-s<seed>-<n>` with the first free n. The folder appears complete, or not at all.
 * Throws `RUN_INVALID`, `RUN_EXISTS` or `STORE_FAILED`.
 */
export function createRun(runsDirectory: string, run: NewRun, options: WriterOptions = {}): RunWriter {
  const now = new Date().toISOString();
  const base = { parent: null, origin: null, ...run, version: runFileVersion, created: now, updated: now } as const;
  const stem = idStem(run.specification);
  const complete = (id: string): RunFile => checkRunFile({ ...base, id }, runFiles.file);
  complete(run.id ?? `${stem}-1`);
  const staging = makeStaging(runsDirectory);
  try {
    for (const asset of options.assets ?? []) place(asset, join(staging, asset.name));
    const file =
      run.id === undefined
        ? claimFree(runsDirectory, staging, stem, complete, options)
        : claim(runsDirectory, staging, complete(run.id), options);
    if (!file)
      throw new ThalwegError(
        'RUN_EXISTS',
        `run ${run.id}: expected a new name, got that of a run in ${resolve(runsDirectory)}`,
      );
    return new FolderWriter(runDirectory(runsDirectory, file.id), file, options);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Opens an existing run to go on writing it. Its `file.status` is `interrupted` when its process died. Throws
 * `RUN_NOT_FOUND`, `RUN_INVALID`, `STORE_FAILED`, or `RUN_STATE` while a living process writes it.
 */
export function openRunWriter(runsDirectory: string, id: string, options: WriterOptions = {}): RunWriter {
  const directory = runDirectory(runsDirectory, id);
  if (!existsSync(directory))
    throw new ThalwegError(
      'RUN_NOT_FOUND',
      `run ${id}: expected a run in ${resolve(runsDirectory)}, got none of that name`,
    );
  const file = readCurrentRunFile(directory);
  assertFree(directory);
  return new FolderWriter(directory, file, options, (metrics) => metrics.exclusively(() => takeLock(directory)));
}

const place = (asset: Asset, target: string): void =>
  storing(target, () => ('path' in asset ? copyFileSync(asset.path, target) : writeFileSync(target, asset.content)));

function claimFree(
  runsDirectory: string,
  staging: string,
  stem: string,
  complete: (id: string) => RunFile,
  options: WriterOptions,
): RunFile {
  for (let n = 1; ; n++) {
    const file = claim(runsDirectory, staging, complete(`${stem}-${n}`), options);
    if (file) return file;
  }
}

/** Gives the folder its name. Renaming fails where another process was faster: null, as for a name that is taken. */
function claim(runsDirectory: string, staging: string, file: RunFile, options: WriterOptions): RunFile | null {
  const directory = runDirectory(runsDirectory, file.id);
  if (existsSync(directory)) return null;
  writeRunFile(staging, file, options.files);
  storing(directory, () => writeLock(staging, file.id));
  return placeStaging(staging, directory) ? file : null;
}

class FolderWriter implements RunWriter {
  readonly directory: string;
  readonly #options: WriterOptions;
  readonly #metrics: MetricsWriter;
  #file: RunFile;
  #metricsReader: MetricsReader | undefined;
  #log: RunLog | undefined;
  #open = true;

  constructor(directory: string, file: RunFile, options: WriterOptions, takeOver?: (metrics: MetricsWriter) => void) {
    this.directory = directory;
    this.#file = file;
    this.#options = options;
    this.#metrics = new MetricsWriter(join(directory, runFiles.metrics), {
      ...(options.pageLimit === undefined ? {} : { pageLimit: options.pageLimit }),
      after: file.parent?.records ?? 0,
    });
    try {
      takeOver?.(this.#metrics);
    } catch (error) {
      this.#metrics.close();
      throw error;
    }
    removeTemporaries(directory);
  }

  get file(): RunFile {
    return this.#file;
  }

  update(patch: Partial<RunFile>): void {
    const { id, version, created } = this.#file;
    const file = { ...this.#file, ...patch, id, version, created, updated: new Date().toISOString() };
    writeRunFile(this.directory, file, this.#options.files);
    this.#file = file;
  }

  append(records: readonly MetricRecord[]): void {
    this.#metrics.append(records);
  }

  flush(clock?: ClockPoint): void {
    this.#metrics.flush(clock);
  }

  rewind(iteration: number): void {
    this.#metrics.rewind(iteration);
    // A later checkpoint would be kept instead of the new ones, and resumed from.
    removeCheckpoints(listCheckpoints(this.directory).filter((checkpoint) => checkpoint.iteration > iteration));
  }

  saveCheckpoint(iteration: number, tensors: Record<string, HostTensor>, metadata: Record<string, string>): string {
    this.#metrics.flush();
    this.#metrics.sync();
    return saveCheckpoint(
      this.directory,
      iteration,
      { tensors, metadata },
      retentionOf(this.#file),
      this.#options.files,
    );
  }

  log(level: LogLevel, message: string): void {
    this.#log ??= openLog(join(this.directory, runFiles.log));
    this.#log.write(level, message);
  }

  reader({ part = 'all' }: ReaderOptions = {}): RunReader {
    return folderReader(this.directory, () => {
      const own = (this.#metricsReader ??= this.#metrics.reader());
      const { parent } = this.#file;
      return parent && part === 'all' ? new ForkMetrics(this.directory, parent, own) : own;
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#metrics.flush();
    } finally {
      try {
        this.#metrics.close();
      } finally {
        this.#log?.close();
        releaseLock(this.directory);
      }
    }
  }
}

function retentionOf(file: RunFile): Retention {
  const { every, keep, keepEvery } = file.specification.checkpoints;
  const clock = clockOf(file);
  return {
    newest: keep,
    isRegular: (iteration) => iteration === file.totalIterations || clock.isDue(every, iteration),
    isKept: (iteration) =>
      iteration === file.parent?.iteration ||
      (keepEvery !== undefined && iteration > 0 && clock.isDue(keepEvery, iteration)),
  };
}
