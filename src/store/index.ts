export { annotateRun, readAnnotations } from './annotations.ts';
export { pruneCheckpoints, readCheckpoint, writeSafetensors } from './checkpoints.ts';
export { checkpointPath, listCheckpoints, removeCheckpoints } from './checkpoints.ts';
export {
  hasCheckpoint,
  receiveCheckpoint,
  type CheckpointIdentity,
  type FileIdentity,
  type ReceiveOptions,
} from './file-copy.ts';
export {
  encodeColumns,
  figureSource,
  summarise,
  type Asset,
  type Checkpoint,
  type ClockColumns,
  type ClockPoint,
  type LogLevel,
  type NamedTensors,
  type NewRun,
  type PointsChanges,
  type ReaderOptions,
  type RecordRange,
  type RunChanges,
  type RunReader,
  type RunWriter,
  type SeriesColumns,
  type SeriesOverview,
  type SeriesPoints,
} from './core/index.ts';
export { exportFormats, exportRun, seriesCsvChunks, type ExportFormat } from './export/index.ts';
export { contentDigest, type ContentDigest } from './content-digest.ts';
export { fileDigest, FileDigests, type Digest } from './file-digest.ts';
export { writeAtomically, type FileOperations } from './files.ts';
export { holdFolder, requireNoWorker, type FolderHold, type FolderRole } from './folder-lock.ts';
export { HistoryReader, type HistoryPage, type HistoryPosition } from './history.ts';
export { listRuns, resolveRunId } from './list.ts';
export { isHeld, stopWriter } from './lock.ts';
export { outcomeMark, runMark } from './marks.ts';
export { notePath, writeNote } from './notes.ts';
export { outcomePath, readOutcome, writeOutcome } from './outcomes.ts';
export { defaultRunsDirectory, isRunId, runDirectory, runFiles } from './paths.ts';
export { openRun } from './reader.ts';
export {
  checkReplicaFile,
  closeReplica,
  createReplica,
  openReplica,
  ReplicaWriter,
  type ReplicaOptions,
  type ReplicaPosition,
} from './replica.ts';
export { RunIndex, type RunListChanges } from './run-index.ts';
export { listResults, readResult, resultPlace, writeResult, type ResultKind, type RunResult } from './results.ts';
export { hasSideFile, isSideFile, listSideFiles, receiveSideFile, sideFilePath, type SideFile } from './side-files.ts';
export { Sparklines } from './sparkline.ts';
export { makeFolder, makeStaging } from './staging.ts';
export { readStudy, writeStudy, type NotedStudy } from './study-file.ts';
export { listSweeps, openSweepRecord, readSweepRecord, writeSweepRecord, type NotedSweep } from './sweep-file.ts';
export { emptyTrash, listTrash, restoreRun, trashRun } from './trash.ts';
export { createRun, openRunWriter, type WriterOptions } from './writer.ts';
