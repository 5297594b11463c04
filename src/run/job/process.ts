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

const silentEnd = ({ kind }: JobRequest, { asked, how }: ProcessEnd): ThalwegError =>
  asked === null
    ? new ThalwegError('TRAINER_DIED', `${kind}: expected a result from its process, ${how}`)
    : new ThalwegError('INTERRUPTED', `${kind}: ended before it had a result`);
