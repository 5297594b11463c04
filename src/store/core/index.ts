/** A run's records, its file and its checkpoints, wherever they are kept: what needs no Node. */
export { blockSize } from './blocks.ts';
export {
  checkpointIteration,
  checkpointName,
  outdatedCheckpoints,
  type Checkpoint,
  type Retention,
} from './checkpoint-files.ts';
export {
  columnsOf,
  concatColumns,
  concatPoints,
  encodeColumns,
  type RecordRow,
  type SeriesColumns,
  type SeriesPoints,
} from './columns.ts';
export { readFailure, storeFailure, storing } from './failures.ts';
export { parseLog } from './log-lines.ts';
export type { MetricsDatabase, MetricsStatement, SqlValue } from './metrics-database.ts';
export {
  MetricsReader,
  type ClockColumns,
  type Metrics,
  type PointsChanges,
  type RecordRange,
  type RunChanges,
  type SeriesOverview,
} from './metrics-reader.ts';
export { MetricsWriter, type WritableMetrics } from './metrics-writer.ts';
export { assertKnownSchema, migrate, migrations, schemaVersion } from './migrations.ts';
export { RecordRows, type ClockPoint } from './record-rows.ts';
export { checkRunFile, completeRun, idStem, runFileText, type NewRun } from './run-file.ts';
export { isRunId, runFiles } from './run-files.ts';
export type { LogLevel, ReadableFolder, RunFolder } from './run-folder.ts';
export { folderReader, type ReaderOptions, type RunReader } from './run-reader.ts';
export { RunRecorder, type RecorderParts } from './run-recorder.ts';
export type { Asset, RunWriter } from './run-writer.ts';
export { decodeSafetensors, encodeSafetensors, type NamedTensors, type Sha256 } from './safetensors.ts';
export { newestSeq } from './sequence.ts';
export { summarise } from './summary.ts';
export { inTransaction } from './transaction.ts';
export { figureSource, valuesSince } from './values.ts';
