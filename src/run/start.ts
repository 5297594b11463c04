import { messageOf, ThalwegError } from '../base/index.ts';
import { ruleFor } from '../optim/index.ts';
import type { NamedTensors, RunReader } from '../store/core/index.ts';
import { unpackCheckpoint, type TrainingState } from './checkpoint.ts';
import { phaseBefore } from './phases.ts';
import type { Prepared } from './assemble.ts';

/** Where a run goes on from. */
export interface Start {
  readonly state: TrainingState;
  /** Path of its checkpoint. */
  readonly checkpoint: string;
}

/** A run whose state is looked for, and how the store that has it reads a checkpoint (throws `CHECKPOINT_INVALID`). */
export interface StoredRun {
  readonly reader: Pick<RunReader, 'checkpoints' | 'file'>;
  readonly read: (path: string) => NamedTensors;
}

/** The newest checkpoint, of iteration `upTo` or before, that is whole; null without one. Damaged ones are passed over with a warning. */
export function newestState(
  { reader, read }: StoredRun,
  prepared: Prepared,
  warn: (message: string) => void,
  upTo = Infinity,
): Start | null {
  const newestFirst = reader
    .checkpoints()
    .filter(({ iteration }) => iteration <= upTo)
    .reverse();
  const { origin } = reader.file();
  for (const { path, iteration } of newestFirst) {
    try {
      // What a rule remembered elsewhere is not known.
      const slots = origin ? [] : Object.keys(ruleFor(phaseBefore(prepared, iteration).optimizer).slots);
      const state = unpackCheckpoint(iteration, read(path), prepared.objective.model, path, slots);
      return { state, checkpoint: path };
    } catch (error) {
      if (!(error instanceof ThalwegError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      warn(`checkpoint passed over: ${messageOf(error)}`);
    }
  }
  return null;
}
