export { readCheckpoint, writeSafetensors, type Checkpoint } from './checkpoints.ts';
export { encodeColumns, type SeriesColumns } from './columns.ts';
export { exportFormats, exportRun, type ExportFormat } from './export/index.ts';
export type { FileOperations } from './files.ts';
export { listRuns, resolveRunId } from './list.ts';
export type { LogLevel } from './log.ts';
export type { RecordRange, RunChanges, SeriesOverview } from './metrics-reader.ts';
export { outcomePath, readOutcome, writeOutcome } from './outcomes.ts';
export { defaultRunsDirectory, isRunId } from './paths.ts';
export { openRun, type RunReader } from './reader.ts';
export {
  listResults,
  readResult,
  resultPlace,
  writeResult,
  type ResultKind,
  type RunResult,
} from './results.ts';
export type { NamedTensors } from './safetensors.ts';
export { summarise } from './summary.ts';
export { createRun, openRunWriter, type NewRun, type RunWriter, type WriterOptions } from './writer.ts';
