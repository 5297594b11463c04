import { messageOf, ThalwegError } from '../base/index.ts';
import { ruleFor } from '../optim/index.ts';
import { openRun, readCheckpoint } from '../store/index.ts';
import { unpackCheckpoint, type TrainingState } from './checkpoint.ts';
import { phaseBefore } from './phases.ts';
import type { Prepared } from './assemble.ts';

/** Where a run goes on from. */
export interface Start {
  readonly state: TrainingState;
  /** Path of its checkpoint. */
  readonly checkpoint: string;
}

/** The newest checkpoint, of iteration `upTo` or before, that is whole; null without one. Damaged ones are passed over with a warning. */
export function newestState(
  runsDirectory: string,
  id: string,
  prepared: Prepared,
  warn: (message: string) => void,
  upTo = Infinity,
): Start | null {
  const reader = openRun(runsDirectory, id);
  const newestFirst = reader
    .checkpoints()
    .filter(({ iteration }) => iteration <= upTo)
    .reverse();
  const { origin } = reader.file();
  reader.close();
  for (const { path, iteration } of newestFirst) {
    try {
      // What a rule remembered elsewhere is not known.
      const slots = origin ? [] : Object.keys(ruleFor(phaseBefore(prepared, iteration).optimizer).slots);
      const state = unpackCheckpoint(iteration, readCheckpoint(path), prepared.objective.model, path, slots);
      return { state, checkpoint: path };
    } catch (error) {
      if (!(error instanceof ThalwegError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      warn(`checkpoint passed over: ${messageOf(error)}`);
    }
  }
  return null;
}
