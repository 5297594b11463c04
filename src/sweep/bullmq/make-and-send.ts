import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { openRun } from '../../store/index.ts';
import type { RunSending, TakenRun } from '../../sync/index.ts';
import type { QueuedRun, RunQueue } from '../queue.ts';

/** What a worker makes runs with. */
export interface RunMaker {
  /** Takes a run at the hub; rejects with `INTERRUPTED` when the signal aborts. */
  readonly take: (run: QueuedRun, signal: AbortSignal) => Promise<TakenRun>;
  /** Trains in the folder, in processes of this machine. */
  readonly local: Pick<RunQueue, 'start'>;
  /** The worker's own folder of runs. */
  readonly runsDirectory: string;
  /** Whether what the hub has stays here as well. */
  readonly keep: boolean;
}

export interface MakeHooks {
  /** Share of the run that is done, in [0, 1]. */
  readonly onProgress: (share: number) => void;
  /** Its checkpoint is written and sent when it aborts, and the result is `INTERRUPTED`. */
  readonly signal: AbortSignal;
}

/**
 * Makes a run from where the hub has it, and sends it while it is written. Resolves when the hub has all of it. Rejects with what
 * training it threw, once the hub has that too; with `RUN_TAKEN_OVER` where another worker has it now.
 */
export async function makeAndSend(run: QueuedRun, maker: RunMaker, hooks: MakeHooks): Promise<void> {
  const taken = await maker.take(run, hooks.signal);
  if (taken.work !== 'none') await make(run, taken, maker, hooks);
  if (!maker.keep) remove(run, maker);
}

async function make(
  run: QueuedRun,
  { work, sender }: Exclude<TakenRun, { readonly work: 'none' }>,
  maker: RunMaker,
  hooks: MakeHooks,
): Promise<void> {
  const refusal: { error?: ThalwegError } = {};
  void sender.refused.then((error) => (refusal.error = error));
  sender.start();
  try {
    const failure = work === 'send' ? null : await train(run, sender, maker, hooks);
    if (refusal.error) throw refusal.error;
    await handOver(run, sender, maker);
    if (failure) throw failure;
  } catch (error) {
    // Its numbers count for nothing, and would be in the way of what the other one makes.
    if (error instanceof ThalwegError && error.code === 'RUN_TAKEN_OVER') remove(run, maker);
    throw error;
  } finally {
    await sender.stop();
  }
}

/** Resolves with what ended the training before its end. */
async function train(run: QueuedRun, sender: RunSending, { local }: RunMaker, hooks: MakeHooks): Promise<Error | null> {
  const { signal, onProgress } = hooks;
  const started = local.start(run, onProgress);
  const stop = (): void => started.stop();
  void sender.refused.then(stop);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await started.done;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new ThalwegError('INTERNAL', `internal: ${String(error)}`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits until the hub has everything that lies here. */
async function handOver({ id }: QueuedRun, sender: RunSending, { runsDirectory }: RunMaker): Promise<void> {
  if (statusOf(runsDirectory, id) === 'finished') await sender.finish();
  else await sender.flush();
}

function statusOf(runsDirectory: string, id: string): string | null {
  try {
    const reader = openRun(runsDirectory, id);
    const { status } = reader.file();
    reader.close();
    return status;
  } catch (error) {
    // It was stopped before it had a folder.
    if (error instanceof ThalwegError && error.code === 'RUN_NOT_FOUND') return null;
    throw error;
  }
}

const remove = ({ id }: QueuedRun, { runsDirectory }: RunMaker): void =>
  rmSync(join(runsDirectory, id), { recursive: true, force: true });
