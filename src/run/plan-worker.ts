import { messageOf, ThalwegError } from '../base/index.ts';
import type { PlanRequest } from './plan.ts';
import type { PlanAnswer } from './plan-process.ts';

/** The program of a process that makes one plan for the process that started it, and ends with it. */

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', (request: PlanRequest) => void answer(request));

async function answer(request: PlanRequest): Promise<void> {
  const message = await planned(request);
  process.send!(message, undefined, undefined, () => process.exit());
}

async function planned(request: PlanRequest): Promise<PlanAnswer> {
  try {
    const { planRun } = await import('./plan.ts');
    return { plan: await planRun(request) };
  } catch (error) {
    return { code: error instanceof ThalwegError ? error.code : 'INTERNAL', message: messageOf(error) };
  }
}
