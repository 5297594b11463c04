import { ThalwegError } from '../base/index.ts';
import type { LandscapePrice, RunPlan } from '../contract/index.ts';
import { programBeside, startAlone, type ProcessEnd, type Work } from '../workers/index.ts';
import type { LandscapeRequest } from './landscape/index.ts';
import type { PlanRequest } from './plan.ts';

/** A price that is found in a process of its own, since the runtime blocks the thread that it runs in. Nothing is kept of it. */
export type EstimateProcess<Result> = Pick<Work<Result>, 'kill' | 'done'>;

/**
 * `planRun` in a new process. Rejects with what `planRun` throws, with `INTERRUPTED` after a kill, and with `TRAINER_DIED`.
 * `program` is what is started (default: the worker beside this file).
 */
export const startPlan = (
  request: PlanRequest,
  program = programBeside(import.meta.url, 'plan-worker'),
): EstimateProcess<RunPlan> =>
  startAlone<PlanRequest, never, RunPlan>(program, { request, onMessage: () => undefined, died: endOf('plan') });

/** `priceLandscape` in a new process. Rejects as {@link startPlan} does. */
export const startLandscapePrice = (
  request: LandscapeRequest,
  program = programBeside(import.meta.url, 'landscape/price-worker'),
): EstimateProcess<LandscapePrice> =>
  startAlone<LandscapeRequest, never, LandscapePrice>(program, {
    request,
    onMessage: () => undefined,
    died: endOf('estimate'),
  });

const endOf =
  (subject: string) =>
  ({ asked, how }: ProcessEnd): ThalwegError =>
    asked === null
      ? new ThalwegError('TRAINER_DIED', `${subject}: expected a result from its process, ${how}`)
      : new ThalwegError('INTERRUPTED', `${subject}: stopped before it was done`);
