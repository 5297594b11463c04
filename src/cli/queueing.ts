import type { QueuedRun, RunQueue } from '../sweep/index.ts';
import { given } from './options.ts';

/** What is said where somebody stops runs that are made here. */
export const stoppingHere = 'stopping: runs write a checkpoint, and the same command goes on from there';

/** What is said where somebody stops to wait for runs that workers make. */
export const stoppingToWait =
  'stopping: the runs stay in the queue, where workers go on with them; the same command looks at them again, `thalweg queue` manages them';

export interface QueueChoice {
  /** Address of a queue; absent: runs are made here. */
  readonly queue?: string;
  readonly priority?: number;
  /** The folder of the hub that the workers send to. */
  readonly runsDirectory: string;
  readonly onNote: (text: string) => void;
}

/** The queue that runs shall be made through, if any. Rejects with `USAGE`, `QUEUE_FAILED`. */
export async function queueFor(
  runs: readonly QueuedRun[],
  { queue: url, priority, runsDirectory, onNote }: QueueChoice,
): Promise<RunQueue | undefined> {
  if (url === undefined) return undefined;
  const { createRedisQueue, knownDigests } = await import('../sweep/index.ts');
  return createRedisQueue({ url, onNote, dataDigest: knownDigests(runs, runsDirectory), ...given({ priority }) });
}
