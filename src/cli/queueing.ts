import { ThalwegError } from '../base/index.ts';
import type { QueuedRun, RunQueue } from '../sweep/index.ts';
import { hubCache, hubClient } from './hub-client.ts';
import type { Io } from './io.ts';
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
  /** Address of the hub that the workers send to; absent: its folder is `runsDirectory`. */
  readonly hub?: string;
  readonly token?: string;
  /** The folder of the hub, or that of the copies of its runs. */
  readonly runsDirectory: string;
  readonly onNote: (text: string) => void;
}

/**
 * The queue that runs shall be made through, if any. Rejects with `USAGE`, also for a hub without a queue, `QUEUE_FAILED`, and what the hub
 * refuses with.
 */
export async function queueFor(
  runs: readonly QueuedRun[],
  { queue: url, priority, hub, token, runsDirectory, onNote }: QueueChoice,
  io: Io,
): Promise<RunQueue | undefined> {
  if (url === undefined) {
    if (hub !== undefined) throw new ThalwegError('USAGE', '--hub: expected --queue beside it, got none');
    return undefined;
  }
  const { bringingQueue, createRedisQueue, knownDigests } = await import('../sweep/index.ts');
  const client = hub === undefined ? null : hubClient(hub, given({ token }), io);
  // What it refuses is said before anything is queued.
  await client?.describe({ onProblem: (problem) => void (problem && onNote(`${problem.message}; trying again`)) });
  const dataDigest = knownDigests(runs, runsDirectory);
  const queue = await createRedisQueue({ url, onNote, dataDigest, ...given({ priority }) });
  return client ? bringingQueue(queue, { client, runsDirectory, cache: hubCache() }) : queue;
}
