import { ThalwegError } from '../../base/index.ts';
import { programBeside, startAlone, type ProcessEnd, type Work } from '../../workers/index.ts';
import type { JobMessage } from './perform.ts';
import type { JobRequest } from './request.ts';

/** A job that is computed in a process of its own: `done` is the name of the result. */
export type JobProcess = Pick<Work<string>, 'stop' | 'kill' | 'done'>;

/**
 * Computes in a new process, since the runtime blocks the thread that it runs in. `done` rejects with the job's own error; with
 * `INTERRUPTED` when it was killed, or stopped before it heard; with `TRAINER_DIED` when its process ended by itself without a
 * word. `program` is what is started (default: the worker beside this file).
 */
export const startJob = (
  request: JobRequest,
  onMessage: (message: JobMessage) => void,
  program = programBeside(import.meta.url),
): JobProcess =>
  startAlone<JobRequest, JobMessage, string>(program, { request, onMessage, died: (end) => silentEnd(request, end) });

function silentEnd({ kind }: JobRequest, { asked, how }: ProcessEnd): ThalwegError {
  const goOn = kind === 'landscape' ? '; asked for again, it goes on from what it kept' : '';
  return asked === null
    ? new ThalwegError('TRAINER_DIED', `${kind}: expected a result from its process, ${how}${goOn}`)
    : new ThalwegError('INTERRUPTED', `${kind}: ended before it had a result${goOn}`);
}
