import type { HostTensor } from '../../base/index.ts';
import type { MetricRecord, RunFile } from '../../contract/index.ts';
import { retentionOf } from './checkpoint-files.ts';
import type { Metrics, MetricsReader } from './metrics-reader.ts';
import type { MetricsWriter } from './metrics-writer.ts';
import type { ClockPoint } from './record-rows.ts';
import type { LogLevel, RunFolder } from './run-folder.ts';
import { folderReader, type ReaderOptions, type RunReader } from './run-reader.ts';
import type { RunWriter } from './run-writer.ts';

/** What a run is written through. */
export interface RecorderParts {
  readonly folder: RunFolder;
  readonly metrics: MetricsWriter;
  /** The records of a fork and those of its ancestors. */
  readonly withAncestors: (own: MetricsReader) => Metrics;
}

/** Writes a run, wherever its folder is. */
export class RunRecorder implements RunWriter {
  readonly #folder: RunFolder;
  readonly #metrics: MetricsWriter;
  readonly #withAncestors: RecorderParts['withAncestors'];
  #file: RunFile;
  #metricsReader: MetricsReader | undefined;
  #open = true;

  /** @param file the content of `run.json` as it stands */
  constructor(file: RunFile, { folder, metrics, withAncestors }: RecorderParts) {
    this.#file = file;
    this.#folder = folder;
    this.#metrics = metrics;
    this.#withAncestors = withAncestors;
  }

  get directory(): string {
    return this.#folder.directory;
  }

  get file(): RunFile {
    return this.#file;
  }

  update(patch: Partial<RunFile>): void {
    const { id, version, created } = this.#file;
    const file = { ...this.#file, ...patch, id, version, created, updated: new Date().toISOString() };
    this.#folder.writeFile(file);
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
    this.#folder.removeCheckpoints(this.#folder.checkpoints().filter((checkpoint) => checkpoint.iteration > iteration));
  }

  saveCheckpoint(iteration: number, tensors: Record<string, HostTensor>, metadata: Record<string, string>): string {
    this.#metrics.flush();
    this.#metrics.sync();
    return this.#folder.saveCheckpoint(iteration, { tensors, metadata }, retentionOf(this.#file));
  }

  log(level: LogLevel, message: string): void {
    this.#folder.log(level, message);
  }

  reader({ part = 'all' }: ReaderOptions = {}): RunReader {
    return folderReader(this.#folder, () => {
      const own = (this.#metricsReader ??= this.#metrics.reader());
      return this.#file.parent && part === 'all' ? this.#withAncestors(own) : own;
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
        this.#folder.release();
      }
    }
  }
}
