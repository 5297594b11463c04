import type { LogLine, RunFile } from '../../contract/index.ts';
import type { Checkpoint, Retention } from './checkpoint-files.ts';
import type { NamedTensors } from './safetensors.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** What is read of a run's folder beside its records, wherever the folder is. Everything damaged is `RUN_INVALID`. */
export interface ReadableFolder {
  /** Names the folder in messages. */
  readonly directory: string;
  /** `run.json` as it stands now; `running` or `paused` without somebody who trains it is `interrupted`. */
  readFile(): RunFile;
  /** The checkpoints, newest last. */
  checkpoints(): Checkpoint[];
  /** The complete lines of the log after a byte offset, and the offset to go on from. */
  logLines(after?: number): { lines: LogLine[]; offset: number };
}

/** The folder of a run that the one who holds it writes, beside its records. Every call is synchronous and throws `STORE_FAILED`. */
export interface RunFolder extends ReadableFolder {
  /** Replaces `run.json`: the old content or the new one is there at every moment. Throws `RUN_INVALID` for content against the schema. */
  writeFile(file: RunFile): void;
  /** Writes the checkpoint of `iteration` whole and removes the older ones that nothing keeps. Returns its path. */
  saveCheckpoint(iteration: number, content: NamedTensors, retention: Retention): string;
  removeCheckpoints(checkpoints: readonly Checkpoint[]): void;
  /** Adds a line to the log, at once. */
  log(level: LogLevel, message: string): void;
  /** Lets somebody else hold the run. */
  release(): void;
}
