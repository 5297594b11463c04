import { ThalwegError } from '../base/index.ts';
import { describeProblem, formatPath, sweepSchema, type Sweep } from '../contract/index.ts';
import { parseMapping, readTextFile } from '../studies/index.ts';

/** A sweep file that follows its schema. */
export interface SweepFile {
  /** As it was named; messages begin with it, and paths in it begin in its folder. */
  readonly path: string;
  readonly text: string;
  readonly sweep: Sweep;
}

/** What the command line changes of a sweep. */
export interface SweepChanges {
  /** Seeds 1 … n. */
  readonly seeds?: number;
}

/** Reads a sweep file. Throws `SPECIFICATION_INVALID` with the file, and the key or line. */
export function readSweep(path: string, changes: SweepChanges = {}): SweepFile {
  const text = readTextFile(path, 'a sweep file');
  return { path, text, sweep: { ...checkSweep(parseMapping(text, path), path), ...changes } };
}

/** Checks plain data against the schema of sweeps and fills in defaults; `subject` begins the message of `SPECIFICATION_INVALID`. */
export function checkSweep(input: unknown, subject: string): Sweep {
  const result = sweepSchema.safeParse(input);
  if (result.success) return result.data;
  const { path, message } = describeProblem(result.error.issues, input, sweepSchema);
  throw new ThalwegError('SPECIFICATION_INVALID', [subject, formatPath(path), message].filter(Boolean).join(': '));
}
