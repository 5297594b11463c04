import { readOutcome } from '../store/index.ts';
import { doneState, problemState, readState, runState, type PlannedState } from '../sweep/index.ts';
import type { PlannedTrial } from './trial.ts';

/** What lies in the folder of runs under the name of a trial. Never throws: what cannot be read is a reason. */
export const stateOf = (trial: PlannedTrial, runsDirectory: string): PlannedState =>
  trial.kind === 'training'
    ? runState(trial, runsDirectory)
    : readState(trial.id, () => outcomeState(trial, runsDirectory));

function outcomeState({ id, definition }: PlannedTrial, runsDirectory: string): PlannedState {
  const outcome = readOutcome(runsDirectory, id);
  if (!outcome) return problemState('missing', `${id} was not computed`);
  if (outcome.definition !== definition) return problemState('foreign', `${id} has another definition`);
  return doneState(outcome.seconds);
}
