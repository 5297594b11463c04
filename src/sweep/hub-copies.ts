import { ThalwegError } from '../base/index.ts';
import { fetchRun, type FileCache, type HubClient } from '../sync/index.ts';
import type { QueuedRun, RunQueue, StartedRun } from './queue.ts';

/** Where copies of a hub's runs are kept. */
export interface HubCopiesPlace {
  readonly client: HubClient;
  /** The folder of the copies, not that of the hub. */
  readonly runsDirectory: string;
  /** Keeps checkpoints, which stages of a run have in common. */
  readonly cache?: FileCache;
}

/**
 * A queue whose runs end up at a hub elsewhere: each is brought here when it is done, or stands where it was asked to, or failed, so
 * that whoever started it finds it in a folder of this machine. What the hub has already is brought without being made again.
 */
export function bringingQueue(queue: RunQueue, place: HubCopiesPlace): RunQueue {
  return {
    concurrency: queue.concurrency,
    start(run, onProgress): StartedRun {
      const controller = new AbortController();
      const started = queue.start(run, onProgress);
      return {
        done: brought(run, started, place, controller.signal),
        stop() {
          controller.abort();
          started.stop();
        },
      };
    },
    close: () => queue.close(),
  };
}

async function brought(run: QueuedRun, started: StartedRun, place: HubCopiesPlace, signal: AbortSignal): Promise<void> {
  try {
    await started.done;
  } catch (error) {
    const isFailure = error instanceof ThalwegError && error.code !== 'INTERRUPTED' && error.code !== 'QUEUE_FAILED';
    if (isFailure) await bring(run, place, signal).catch(unlessMissing);
    throw error;
  }
  await bring(run, place, signal);
}

async function bring({ id }: QueuedRun, place: HubCopiesPlace, signal: AbortSignal): Promise<void> {
  const { checkpoints, files } = await place.client.describeRun(id, { signal });
  await fetchRun({ ...place, id, checkpoints, files, signal });
}

/** A run that failed before it began has nothing to be brought. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof ThalwegError && error.code === 'RUN_NOT_FOUND')) throw error;
}
