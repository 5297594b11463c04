import { messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { StartedRun } from './queue.ts';

/** What is told while what was planned is made: the runs of a sweep, the trials of a study. */
export type MakingMessage =
  /** How many there are, and how many of them are there. */
  | { readonly type: 'planned'; readonly total: number; readonly finished: number }
  /** Something that takes a while before anything is made. */
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'started'; readonly id: string; readonly again: boolean }
  /** Share of a running one that is done, in [0, 1]. */
  | { readonly type: 'progress'; readonly id: string; readonly share: number }
  /** It stands where it was asked to stop for now. */
  | { readonly type: 'standing'; readonly id: string }
  /** It will not be made to its end. */
  | { readonly type: 'dropped'; readonly id: string }
  | { readonly type: 'finished'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly message: string };

/** Something to make. */
export interface Task {
  readonly id: string;
  /** Whether something of it is there already. */
  readonly again: boolean;
  /** How its end is told. */
  readonly end: 'finished' | 'standing';
  start(onProgress: (share: number) => void): StartedRun;
}

export interface MakingHooks {
  readonly onMessage: (message: MakingMessage) => void;
  /** When it aborts, runs write a checkpoint and end, computations end at once, and nothing more is begun. */
  readonly signal?: AbortSignal;
}

/** What would befall every other one as well: better to say it once. */
const fatal: readonly ErrorCode[] = [
  'DATA_MISSING',
  'DATA_INVALID',
  'STORE_FAILED',
  'RUNTIME_UNAVAILABLE',
  'DEVICE_FEATURE',
];

/** Whether an error would befall everything else as well. */
export const isFatal = (error: unknown): boolean => error instanceof ThalwegError && fatal.includes(error.code);

/**
 * Makes tasks in their order, `concurrency` at a time. One that fails is told of and does not keep the others from going on.
 * Rejects with the first error that would befall the others as well (data that are missing or damaged, a full disk, a device that is
 * not there), once all that run have ended. After an abort it resolves.
 */
export async function makeAll(
  tasks: readonly Task[],
  concurrency: number,
  { onMessage, signal }: MakingHooks,
): Promise<void> {
  const queue = [...tasks];
  const running = new Set<StartedRun>();
  const stopAll = (): void => running.forEach((work) => work.stop());
  let failure: ThalwegError | undefined;
  signal?.addEventListener('abort', stopAll);
  const next = async (): Promise<void> => {
    for (let task = queue.shift(); task && signal?.aborted !== true; task = queue.shift()) {
      const { id, again } = task;
      onMessage({ type: 'started', id, again });
      const work = task.start((share) => onMessage({ type: 'progress', id, share }));
      running.add(work);
      const error = await follow(task, work, onMessage);
      running.delete(work);
      if (!error || !isFatal(error) || failure) continue;
      failure = error;
      queue.length = 0;
      stopAll();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, next));
  signal?.removeEventListener('abort', stopAll);
  if (failure) throw failure;
}

/** Tells how a task ended; one that was stopped is not told of. */
async function follow(
  { id, end }: Task,
  work: StartedRun,
  onMessage: MakingHooks['onMessage'],
): Promise<ThalwegError | null> {
  try {
    await work.done;
    onMessage({ type: end, id });
    return null;
  } catch (thrown) {
    const error = thrown instanceof ThalwegError ? thrown : new ThalwegError('INTERNAL', messageOf(thrown));
    if (error.code !== 'INTERRUPTED' && !isFatal(error)) onMessage({ type: 'failed', id, message: error.message });
    return error;
  }
}
