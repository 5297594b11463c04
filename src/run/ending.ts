import { messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { ProbeCost, RunFile, RunSummary } from '../contract/index.ts';
import { summarise, type RunWriter } from '../store/core/index.ts';

/** How far a run has come. */
export interface Position {
  /** Updates made. */
  readonly iteration: number;
  /** Path of the newest checkpoint; null before the first. */
  readonly checkpoint: string | null;
  /** Wall time of the whole run so far. */
  readonly seconds: number;
  /** What the probes cost so far. */
  readonly probes: readonly ProbeCost[];
}

/** Notes the end of a run, with its final figures. Throws `STORE_FAILED`. */
export function endRun(writer: RunWriter, status: 'finished' | 'interrupted', position: Position): RunFile {
  const { iteration, seconds } = position;
  writer.flush({ iteration, seconds });
  writer.update({ iteration });
  writer.update({ status, summary: summaryOf(writer, position) });
  writer.log('info', `${status} at iteration ${iteration}`);
  return writer.file;
}

/**
 * Notes the failure of a run as far as the disk allows, and returns the error to throw. Where `run.json` cannot be
 * written either, the run keeps its last status and reads as interrupted once this process ends.
 */
export function failRun(writer: RunWriter, error: unknown, position: Position): unknown {
  const failure = explained(error, position);
  const problem = { code: failure instanceof ThalwegError ? failure.code : 'INTERNAL', message: messageOf(failure) };
  attempt(() => writer.flush());
  attempt(() => writer.update({ status: 'failed', iteration: position.iteration, error: problem }));
  attempt(() => writer.log('error', problem.message));
  attempt(() => writer.update({ summary: summaryOf(writer, position) }));
  return failure;
}

/** After these the last checkpoint is what is left of the state. */
const stateIsGone: readonly ErrorCode[] = ['TRAINING_DIVERGED', 'DEVICE_MEMORY', 'DEVICE_LOST'];

/** A diverged run, and one whose device failed, name the state to go back to. */
function explained(error: unknown, { checkpoint }: Position): unknown {
  if (!(error instanceof ThalwegError) || !stateIsGone.includes(error.code)) return error;
  const kept = checkpoint === null ? 'there is no checkpoint before it' : `the last checkpoint is ${checkpoint}`;
  return new ThalwegError(error.code, `${error.message}; ${kept}`, { cause: error });
}

const summaryOf = (writer: RunWriter, { seconds, probes }: Position): RunSummary => ({
  ...figuresOf(writer),
  seconds,
  probes: [...probes],
});

/** The figures of what is recorded; those of its own part, with a warning in the log, for a fork whose parent is gone. */
export function figuresOf(writer: RunWriter): RunSummary {
  try {
    return readFigures(writer, 'all');
  } catch (error) {
    const parentIsGone = writer.file.parent && error instanceof ThalwegError && error.code === 'RUN_INVALID';
    if (!parentIsGone) throw error;
    const figures = readFigures(writer, 'own');
    writer.log('warn', `${messageOf(error)}; the figures leave its parent out`);
    return figures;
  }
}

function readFigures(writer: RunWriter, part: 'all' | 'own'): RunSummary {
  // A connection of its own would be in the way of the writer's closing: SQLite closes it only once its statements are
  // collected as garbage.
  const reader = writer.reader({ part });
  try {
    return summarise(reader);
  } finally {
    reader.close();
  }
}

function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // What failed first is what the caller throws.
  }
}
