import { messageOf, ThalwegError } from '../base/index.ts';
import type { ComputationMessage, ComputationOrder } from './worker-message.ts';

/** The program of a computing process: it gets one order from the process that started it, and reports to it. */

// A terminal sends SIGINT to the whole group; the process that started this one decides what it means.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (order: ComputationOrder) => void answer(order));

async function answer(order: ComputationOrder): Promise<void> {
  await report(await perform(order));
  process.exit();
}

async function perform(order: ComputationOrder): Promise<ComputationMessage> {
  const { paper, scale, seeds, id, runsDirectory, dataDirectory, threads } = order;
  try {
    const [{ findPaper }, { planTrials }, { computeTrial }] = await Promise.all([
      import('../studies/index.ts'),
      import('./trial.ts'),
      import('./compute.ts'),
    ]);
    const trials = planTrials(findPaper(paper), scale, seeds);
    const trial = trials.find((candidate) => candidate.id === id);
    if (trial?.kind !== 'computed') throw new ThalwegError('INTERNAL', `internal: no computation ${id} in the plan`);
    const onProgress = (share: number): void => void report({ type: 'progress', share });
    await computeTrial({ trial, trials, runsDirectory, dataDirectory, threads, onProgress });
    return { type: 'ended' };
  } catch (error) {
    const code = error instanceof ThalwegError ? error.code : 'INTERNAL';
    return { type: 'failed', code, message: messageOf(error) };
  }
}

/** Resolves when the message is on its way, or when nobody is left to hear it. */
function report(message: ComputationMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
