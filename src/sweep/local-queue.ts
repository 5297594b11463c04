import { ThalwegError } from '../base/index.ts';
import { programBeside, WorkerPool, type ProcessEnd } from '../workers/index.ts';
import type { MakeRunRequest } from './perform.ts';
import type { QueuedRun, RunQueue } from './queue.ts';
import { runState } from './state.ts';

/** Where runs are kept, and where data sets are. */
export interface Place {
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
}

export interface LocalQueueOptions extends Place {
  /** Processes at a time. */
  readonly workers: number;
  /** Threads of each, whatever the specifications say: more than there are cores only get in each other's way. */
  readonly threads: number | ((run: QueuedRun) => number);
  /** What the processes run; default: the worker beside this file. */
  readonly program?: string;
}

/** A queue whose runs are made by processes of this machine, which stay for the next ones and end with this one. */
export function createLocalQueue(options: LocalQueueOptions): RunQueue {
  const { workers, threads, program = programBeside(import.meta.url) } = options;
  const pool = new WorkerPool<MakeRunRequest, number, void>({ program });
  return {
    concurrency: workers,
    start: (run, onProgress) =>
      pool.start({
        request: requestFor(run, typeof threads === 'number' ? threads : threads(run), options),
        onMessage: onProgress,
        died: (end) => silentEnd(run.id, end),
      }),
    close: () => pool.close(),
  };
}

/** What a process is asked for a run: to go on with it where something of it is there. */
export function requestFor(run: QueuedRun, threads: number, { runsDirectory, dataDirectory }: Place): MakeRunRequest {
  const { id, until, dataDigest } = run;
  const common = {
    runsDirectory,
    id,
    ...(dataDirectory !== undefined && { dataDirectory }),
    ...(until !== undefined && { until }),
  };
  const { status } = runState(run, runsDirectory);
  // One that diverged is only started by somebody who wants it again: it goes on from its last checkpoint, as others do.
  return status === 'unfinished' || status === 'failed'
    ? { kind: 'resume', ...common }
    : {
        kind: 'execute',
        specification: { ...run.specification, threads },
        ...(dataDigest !== undefined && { dataDigest }),
        ...common,
      };
}

/** The error of a process that ended without an answer. */
export const silentEnd = (id: string, { asked, how }: ProcessEnd): ThalwegError =>
  asked === null
    ? new ThalwegError('TRAINER_DIED', `${id}: expected a result from its process, ${how}`)
    : new ThalwegError('INTERRUPTED', `${id}: stopped before it was done`);
