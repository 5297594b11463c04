import { join } from 'node:path';
import type { ReadableFolder, RunFolder } from './core/index.ts';
import { listCheckpoints, removeCheckpoints, saveCheckpoint } from './checkpoints.ts';
import type { FileOperations } from './files.ts';
import { releaseLock } from './lock.ts';
import { openLog, readLog, type RunLog } from './log.ts';
import { runFiles } from './paths.ts';
import { readCurrentRunFile, writeRunFile } from './run-file.ts';

/** The folder of a run on disk, to read. */
export const readableFolder = (directory: string): ReadableFolder => ({
  directory,
  readFile: () => readCurrentRunFile(directory),
  checkpoints: () => listCheckpoints(directory),
  logLines: (after) => readLog(join(directory, runFiles.log), after),
});

/** The same of the process that holds its lock. */
export function runFolder(directory: string, files: FileOperations | undefined): RunFolder {
  let log: RunLog | undefined;
  return {
    ...readableFolder(directory),
    writeFile: (file) => writeRunFile(directory, file, files),
    saveCheckpoint: (iteration, content, retention) => saveCheckpoint(directory, iteration, content, retention, files),
    removeCheckpoints,
    log(level, message) {
      log ??= openLog(join(directory, runFiles.log));
      log.write(level, message);
    },
    release() {
      log?.close();
      releaseLock(directory);
    },
  };
}
