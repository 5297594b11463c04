import { messageOf, ThalwegError } from '../../../../src/base/index.ts';
import { needsProcess, type RunFile } from '../../../../src/contract/index.ts';
import {
  checkpointIteration,
  checkpointName,
  checkRunFile,
  decodeSafetensors,
  encodeSafetensors,
  outdatedCheckpoints,
  parseLog,
  runFiles,
  runFileText,
  type Checkpoint,
  type NamedTensors,
  type ReadableFolder,
  type RunFolder,
} from '../../../../src/store/core/index.ts';
import { sha256 } from '../sha256.ts';
import type { FileTable } from './files.ts';

const levels = { info: 30, warn: 40, error: 50 } as const;

/** The name of a file in messages. */
const pathOf = (run: string, name: string): string => `${run}/${name}`;

/**
 * The folder of a run in this page, to read.
 *
 * @param isHeld whether this worker trains the run just now: nobody else can
 */
export const readableFolder = (files: FileTable, run: string, isHeld: () => boolean): ReadableFolder => ({
  directory: run,
  readFile() {
    const file = readRunFile(files, run);
    return needsProcess(file.status) && !isHeld() ? { ...file, status: 'interrupted' } : file;
  },
  checkpoints: () => listCheckpoints(files, run),
  logLines(after = 0) {
    const bytes = files.read(run, runFiles.log) ?? new Uint8Array();
    const { lines, length } = parseLog(bytes.subarray(after));
    return { lines, offset: after + length };
  },
});

/** The same to write it. `release` lets go of it. */
export const writableFolder = (files: FileTable, run: string, release: () => void): RunFolder => ({
  ...readableFolder(files, run, () => true),
  writeFile: (file) => files.replace(run, runFiles.file, textBytes(runFileText(file, pathOf(run, runFiles.file)))),
  saveCheckpoint(iteration, content, retention) {
    const name = `${runFiles.checkpoints}/${checkpointName(iteration)}`;
    files.replace(run, name, joined(encodeSafetensors(content, sha256)));
    this.removeCheckpoints(outdatedCheckpoints(listCheckpoints(files, run), iteration, retention));
    return pathOf(run, name);
  },
  removeCheckpoints(checkpoints) {
    for (const { iteration } of checkpoints) files.remove(run, `${runFiles.checkpoints}/${checkpointName(iteration)}`);
  },
  log(level, message) {
    const line = `${JSON.stringify({ level: levels[level], time: Date.now(), msg: message })}\n`;
    files.replace(run, runFiles.log, joined([files.read(run, runFiles.log) ?? new Uint8Array(), textBytes(line)]));
  },
  release,
});

/** Reads a checkpoint by its path. Throws `CHECKPOINT_INVALID`. */
export function readCheckpoint(files: FileTable, run: string, path: string): NamedTensors {
  const bytes = files.read(run, path.slice(run.length + 1));
  if (bytes === null) throw new ThalwegError('CHECKPOINT_INVALID', `${path}: could not be read: there is no such file`);
  const readInto = (target: Uint8Array, offset: number): void =>
    target.set(bytes.subarray(offset, offset + target.length));
  return decodeSafetensors({ size: bytes.length, readInto }, path, sha256);
}

function readRunFile(files: FileTable, run: string): RunFile {
  const path = pathOf(run, runFiles.file);
  const bytes = files.read(run, runFiles.file);
  if (bytes === null) throw new ThalwegError('RUN_NOT_FOUND', `run ${run}: expected a run of this page, got none`);
  return { ...runFileOf(bytes, path), id: run };
}

/** The content of a `run.json`. Throws `RUN_INVALID`. */
export function runFileOf(bytes: Uint8Array, path: string): RunFile {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `${path}: expected a run file, got: ${messageOf(cause)}`, { cause });
  }
  return checkRunFile(content, path);
}

/** Newest last: their names are in that order. */
function listCheckpoints(files: FileTable, run: string): Checkpoint[] {
  return files.list(run).flatMap(({ name, bytes }) => {
    const [folder, file = ''] = name.split('/');
    const iteration = folder === runFiles.checkpoints ? checkpointIteration(file) : null;
    return iteration === null ? [] : [{ iteration, path: pathOf(run, name), bytes }];
  });
}

const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
