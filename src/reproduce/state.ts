import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/index.ts';
import { openRun, readOutcome } from '../store/index.ts';
import { definitionOf, type PlannedTrial } from './trial.ts';

/** How far a trial is: `foreign` is something else under its name. */
export interface TrialState {
  readonly status: 'missing' | 'finished' | 'unfinished' | 'failed' | 'foreign';
  /** Why it is no evidence, in words; null when it is finished. */
  readonly reason: string | null;
  /** Wall time that it took, seconds; null unless it is finished. */
  readonly seconds: number | null;
}

const problem = (status: TrialState['status'], reason: string): TrialState => ({ status, reason, seconds: null });
const done = (seconds: number): TrialState => ({ status: 'finished', reason: null, seconds });

/** What lies in the folder of runs under the name of a trial. Never throws: what cannot be read is a reason. */
export function stateOf(trial: PlannedTrial, runsDirectory: string): TrialState {
  try {
    return trial.kind === 'training' ? runState(trial, runsDirectory) : outcomeState(trial, runsDirectory);
  } catch (error) {
    return problem('foreign', `${trial.id} cannot be read: ${messageOf(error)}`);
  }
}

function runState({ id, definition }: PlannedTrial, runsDirectory: string): TrialState {
  if (!existsSync(join(runsDirectory, id))) return problem('missing', `${id} was not run`);
  const reader = openRun(runsDirectory, id);
  const file = reader.file();
  reader.close();
  if (definitionOf(file.specification) !== definition) return problem('foreign', `${id} has another definition`);
  if (file.parent !== null) return problem('foreign', `${id} is a fork of ${file.parent.run}`);
  switch (file.status) {
    case 'finished':
      return done(file.summary?.seconds ?? 0);
    case 'failed': {
      const reason = `${id} failed: ${file.error?.message ?? 'no reason was kept'}`;
      // It would diverge again; anything else, such as a full disk, may be better by now.
      return problem(file.error?.code === 'TRAINING_DIVERGED' ? 'failed' : 'unfinished', reason);
    }
    case 'created':
    case 'running':
    case 'paused':
    case 'interrupted':
      return problem('unfinished', `${id} stands at iteration ${file.iteration} of ${file.totalIterations}`);
  }
}

function outcomeState({ id, definition }: PlannedTrial, runsDirectory: string): TrialState {
  const outcome = readOutcome(runsDirectory, id);
  if (!outcome) return problem('missing', `${id} was not computed`);
  if (outcome.definition !== definition) return problem('foreign', `${id} has another definition`);
  return done(outcome.seconds);
}
