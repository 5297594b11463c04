import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ThalwegError } from '../base/index.ts';
import type { Claim } from '../contract/index.ts';
import { isHeld, runDirectory } from '../store/index.ts';
import { fetchRun } from './fetch-run.ts';
import type { TakenRun, TakeRequest } from './interface.ts';
import { noteLocal, readLocal, removeLocal } from './local-copy.ts';
import { RunSender } from './sender.ts';

/** Milliseconds between looks whether an earlier training process of this machine has ended. */
const patience = 200;

/**
 * Takes a run for this worker: asks the hub for it, which refuses everybody else from then on, and brings what the hub has where
 * this worker cannot go on with its own folder. Waits for a training process of the same folder that is still ending.
 *
 * @throws `VERSION_REFUSED`, `TOKEN_REFUSED`; `RUN_EXISTS` for a run of that name with another definition, at the hub or made by somebody
 * else here; `INTERRUPTED` by the signal; `STORE_FAILED`
 */
export async function takeRun(request: TakeRequest): Promise<TakenRun> {
  const { client, runsDirectory, id, definition, worker, signal, onNote } = request;
  await untilFree(runDirectory(runsDirectory, id), id, signal);
  const local = readLocal(runsDirectory, id, definition);
  const fresh = randomUUID();
  const holds = local && { folder: local.folder, seq: local.seq, log: local.log };
  const options = {
    signal,
    onProblem: (problem: ThalwegError | null) => void (problem && onNote?.(`${problem.message}; trying again`)),
  };
  const claim = await client.claim(id, { definition, worker: { ...worker }, holds, folder: fresh }, options);
  if (claim.state === 'finished') return { work: 'none' };
  const sender = senderOf(request, claim);
  if (local && claim.isContinued) return { work: local.isFinished ? 'send' : 'resume', sender };
  noteLocal(runsDirectory, id, { folder: fresh, definition });
  if (claim.state === 'missing') {
    removeLocal(runsDirectory, id);
    return { work: 'begin', sender };
  }
  onNote?.(`run ${id}: goes on from what the hub has, ${claim.position.seq} records`);
  await fetchRun({ ...request, checkpoints: claim.checkpoints, files: claim.files, ...options });
  return { work: 'resume', sender };
}

const senderOf = (
  { client, runsDirectory, id }: TakeRequest,
  { session, state, position, checkpoints, files }: Claim,
): RunSender =>
  new RunSender({ client, runsDirectory, id, session, isCopied: state !== 'missing', position, checkpoints, files });

/** A training process that lost its worker writes a checkpoint before it ends. */
async function untilFree(directory: string, id: string, signal: AbortSignal | undefined): Promise<void> {
  while (isHeld(directory)) {
    await wait(patience, undefined, signal && { signal }).catch(() => {
      throw new ThalwegError('INTERRUPTED', `run ${id}: stopped before its earlier process had ended`);
    });
  }
}
