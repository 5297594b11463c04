import { ThalwegError } from '../base/index.ts';
import type { Scale } from '../contract/index.ts';
import { findPaper } from '../studies/papers/index.ts';
import { makeRun, type MakeRunRequest } from '../sweep/index.ts';
import type { WorkHooks } from '../workers/index.ts';
import { computeTrial } from './compute.ts';
import { planTrials } from './trial.ts';

/** What a process is asked to do for a study: to train a run, or to compute. */
export type TrialRequest = MakeRunRequest | ComputationRequest;

/** Which computation shall be made: the plan is made again where it is, since functions cannot be sent. */
export interface ComputationRequest {
  readonly kind: 'compute';
  readonly paper: string;
  readonly scale: Scale;
  readonly seeds: number | undefined;
  /** Identifier of the trial. */
  readonly id: string;
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  readonly threads: number;
}

/**
 * Makes a trial in this process, and tells which share of it is done, in [0, 1]. Throws `INTERRUPTED` for a run that was
 * stopped after a checkpoint, and what training and computing throw.
 */
export const performTrial = (request: TrialRequest, hooks: WorkHooks<number>): Promise<void> =>
  request.kind === 'compute' ? compute(request, hooks) : makeRun(request, hooks);

async function compute(request: ComputationRequest, { onMessage, signal }: WorkHooks<number>): Promise<void> {
  const { paper, scale, seeds, id, ...place } = request;
  // A computation has nothing to keep: it ends with its process.
  signal.addEventListener('abort', () => process.exit(1));
  const trials = planTrials(findPaper(paper), scale, seeds);
  const trial = trials.find((candidate) => candidate.id === id);
  if (trial?.kind !== 'computed') throw new ThalwegError('INTERNAL', `internal: no computation ${id} in the plan`);
  await computeTrial({ trial, trials, ...place, onProgress: onMessage });
}
