import type { LogLine, RunFile, SeriesName, ValuesChanges } from '../../contract/index.ts';
import type { Checkpoint } from './checkpoint-files.ts';
import type { SeriesColumns } from './columns.ts';
import type {
  ClockColumns,
  Metrics,
  PointsChanges,
  RecordRange,
  RunChanges,
  SeriesOverview,
} from './metrics-reader.ts';
import type { ReadableFolder } from './run-folder.ts';
import { valuesSince } from './values.ts';

/**
 * A run, to read; also while it is being written. Everything damaged is `RUN_INVALID` when it is asked for. The records of a
 * fork are those of its parent before the iteration at which it was forked, then its own. Where the parent is gone, only
 * what begins at that iteration can be asked for, or everything of a reader that was opened for the fork's own part.
 */
export interface RunReader {
  readonly directory: string;
  /** `run.json` as it stands now; `running` without a living process is `interrupted`. */
  file(): RunFile;
  /** The series that have records (of iterations before `before`), in the catalogue's order. */
  series(before?: number): SeriesOverview[];
  /** The records of a series as columns, in the order in which they were recorded; empty for one that has none. */
  records(name: SeriesName, range?: RecordRange): SeriesColumns;
  /** The last place in the sequence of records and rewinds; 0 before the first. */
  newestSeq(): number;
  /** What happened after a place in that sequence, or its first `limit` records. */
  changesAfter(seq: number, limit?: number): RunChanges;
  /** What curves need of these series, fast: everything, or what came after an earlier answer's `newest`. */
  points(names: readonly SeriesName[], since?: number): PointsChanges;
  /** The records of a series without their places, fast: everything, or what came after an earlier answer's `newest`. */
  values(name: SeriesName, since?: number): ValuesChanges;
  /** The names of the series that have records, in no order; cheaper than {@link series}. */
  recorded(): SeriesName[];
  /** Seconds of work over all sessions, a fork's behind its parent's; empty for a run written before there was a clock. */
  clock(): ClockColumns;
  /** The checkpoints, newest last. */
  checkpoints(): Checkpoint[];
  /** The complete lines of the log after a byte offset, and the offset to go on from. */
  logLines(after?: number): { lines: LogLine[]; offset: number };
  close(): void;
}

export interface ReaderOptions {
  /** `own` leaves out what a fork has from its parent; default: `all`. */
  readonly part?: 'all' | 'own';
}

/** A reader of a folder, whose metrics are opened when it is first asked for records. */
export function folderReader(folder: ReadableFolder, open: () => Metrics): RunReader {
  let opened: Metrics | undefined;
  const metrics = (): Metrics => (opened ??= open());
  return {
    directory: folder.directory,
    file: () => folder.readFile(),
    series: (before) => metrics().series(before),
    records: (name, range) => metrics().records(name, range),
    newestSeq: () => metrics().newestSeq(),
    changesAfter: (seq, limit) => metrics().changesAfter(seq, limit),
    points: (names, since) => metrics().points(names, since),
    values: (name, since) => valuesSince(metrics(), name, since),
    recorded: () => metrics().recorded(),
    clock: () => metrics().clock(),
    checkpoints: () => folder.checkpoints(),
    logLines: (after) => folder.logLines(after),
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}
