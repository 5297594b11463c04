import type { HostTensor } from '../../base/index.ts';
import type { MetricRecord, RunFile } from '../../contract/index.ts';
import type { LogLevel } from './run-folder.ts';
import type { ReaderOptions, RunReader } from './run-reader.ts';
import type { ClockPoint } from './record-rows.ts';

/** A file of which the folder of a run keeps a copy, or its content. */
export type Asset = { readonly name: string } & ({ readonly path: string } | { readonly content: Uint8Array });

/** The one who writes a run: a process, or a page's worker. */
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
