import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ThalwegError } from '../../base/index.ts';
import { childError, exitOf, send, type ChildFailure } from '../child.ts';
import type { JobHooks, JobProgress } from './perform.ts';
import type { JobRequest } from './request.ts';

/** What the starting process sends: the request first, then perhaps that it is to stop. */
export type JobInput = { readonly type: 'request'; readonly request: JobRequest } | { readonly type: 'stop' };

/** What a job's process tells. */
export type JobMessage =
  | ({ readonly type: 'progress' } & JobProgress)
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'ended'; readonly name: string }
  | ({ readonly type: 'failed' } & ChildFailure);

/** A job that is computed in a process of its own. */
export interface JobProcess {
  /** Asks it to end soon, with `INTERRUPTED`. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
  /**
   * The name of the result. Rejects with the job's own error; with `INTERRUPTED` when it was killed or stopped before it began, with
   * `TRAINER_DIED` when it ended by itself without a word.
   */
  readonly done: Promise<string>;
}

/** Computes in a new process, since the runtime blocks the thread that it runs in. `entry` is the program that is started. */
export function startJob(
  request: JobRequest,
  { onProgress, onNote }: Omit<JobHooks, 'signal'>,
  entry: string = jobEntry(),
): JobProcess {
  const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  let outcome: Extract<JobMessage, { type: 'ended' | 'failed' }> | null = null;
  let isAskedToEnd = false;
  child.on('message', (message: JobMessage) => {
    if (message.type === 'progress') onProgress?.(message);
    else if (message.type === 'note') onNote?.(message.message);
    else outcome = message;
  });
  send(child, { type: 'request', request });
  const result = async (): Promise<string> => {
    const [code, signal] = await exitOf(child);
    if (outcome?.type === 'ended') return outcome.name;
    if (outcome) throw childError(outcome);
    if (isAskedToEnd) throw new ThalwegError('INTERRUPTED', `${request.kind}: ended before it had a result`);
    const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
    throw new ThalwegError('TRAINER_DIED', `${request.kind}: expected a result from its process, it ended with ${end}`);
  };
  return {
    stop() {
      isAskedToEnd = true;
      send(child, { type: 'stop' });
    },
    kill() {
      isAskedToEnd = true;
      child.kill('SIGKILL');
    },
    done: result(),
  };
}

const jobEntry = (): string => fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
