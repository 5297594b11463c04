import { clockOf, type RunFile } from '../../contract/index.ts';

/** A checkpoint that is kept. */
export interface Checkpoint {
  readonly iteration: number;
  readonly path: string;
  readonly bytes: number;
}

/** Which checkpoints stay when a newer one is written. */
export interface Retention {
  /** The newest n, the one just written included. */
  readonly newest: number;
  /**
   * Whether a run that is never stopped writes a checkpoint at an iteration (default: at each). One that an interruption wrote
   * counts for nothing and goes with the next, so that a resumed run ends with the same checkpoints.
   */
  readonly isRegular?: (iteration: number) => boolean;
  /** Whether the checkpoint of an iteration stays for good (default: none does). */
  readonly isKept?: (iteration: number) => boolean;
}

const namePattern = /^(\d{10,})\.safetensors$/;

/** The name that the checkpoint of an iteration has in its folder. */
export const checkpointName = (iteration: number): string => `${String(iteration).padStart(10, '0')}.safetensors`;

/** The iteration of the checkpoint of that name; null for another file. */
export function checkpointIteration(name: string): number | null {
  const match = namePattern.exec(name);
  return match ? Number(match[1]) : null;
}

/** Those that nothing keeps once the checkpoint of `iteration` is written. `checkpoints`: newest last. */
export function outdatedCheckpoints(
  checkpoints: readonly Checkpoint[],
  iteration: number,
  { newest, isRegular = () => true, isKept = () => false }: Retention,
): Checkpoint[] {
  const older = checkpoints.filter((checkpoint) => checkpoint.iteration !== iteration);
  const regular = older.filter((checkpoint) => isRegular(checkpoint.iteration));
  const staying = new Set(newest > 1 ? regular.slice(1 - newest) : []);
  return older.filter((checkpoint) => !staying.has(checkpoint) && !isKept(checkpoint.iteration));
}

/** What the specification of a run says of its checkpoints. */
export function retentionOf(file: RunFile): Retention {
  const { every, keep, keepEvery } = file.specification.checkpoints;
  const clock = clockOf(file);
  return {
    newest: keep,
    isRegular: (iteration) => iteration === file.totalIterations || clock.isDue(every, iteration),
    isKept: (iteration) =>
      iteration === file.parent?.iteration ||
      (keepEvery !== undefined && iteration > 0 && clock.isDue(keepEvery, iteration)),
  };
}
