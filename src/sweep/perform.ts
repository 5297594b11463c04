import { ThalwegError } from '../base/index.ts';
import { keepSources, keptBytes } from '../data/index.ts';
import { performRun, type ExecuteRequest, type ResumeRequest } from '../run/index.ts';
import type { WorkHooks } from '../workers/index.ts';

/** What a process is asked to do for a sweep: to begin a run, or to go on with it. */
export type MakeRunRequest =
  ({ readonly kind: 'execute' } & ExecuteRequest) | ({ readonly kind: 'resume' } & ResumeRequest);

/**
 * Makes a run in this process, and tells which share of it is done, in [0, 1]. Throws `INTERRUPTED` for one that was stopped after a
 * checkpoint before it stood where it was asked to, and what training throws.
 */
export async function makeRun(request: MakeRunRequest, { onMessage, signal }: WorkHooks<number>): Promise<void> {
  keepSources(keptBytes);
  const { status, id, iteration } = await performRun(request, {
    signal,
    onMessage(message) {
      if (message.type === 'progress') onMessage(message.iteration / Math.max(1, message.totalIterations));
    },
  });
  if (status !== 'finished' && iteration < (request.until ?? Infinity))
    throw new ThalwegError('INTERRUPTED', `run ${id}: stopped after a checkpoint`);
}
