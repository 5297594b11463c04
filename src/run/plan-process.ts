import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorRegistry, messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { RunPlan } from '../contract/index.ts';
import type { PlanRequest } from './plan.ts';

/** What the process of a plan answers. */
export type PlanAnswer = { readonly plan: RunPlan } | { readonly code: string; readonly message: string };

const workerProgram = (): string => fileURLToPath(new URL(`./plan-worker${extname(import.meta.url)}`, import.meta.url));

/**
 * {@link planRun} in a process of its own, since the runtime blocks the thread that it runs in; when `signal` aborts, that
 * process ends at once. Rejects with what `planRun` throws, with `INTERRUPTED` after an abort, and with `TRAINER_DIED`.
 */
export async function startPlan(
  request: PlanRequest,
  signal: AbortSignal,
  program: string = workerProgram(),
): Promise<RunPlan> {
  const stopped = (): ThalwegError => new ThalwegError('INTERRUPTED', 'plan: stopped before it was done');
  if (signal.aborted) throw stopped();
  const child = fork(program, [], { stdio: ['ignore', 2, 2, 'ipc'] });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    const answer = await new Promise<PlanAnswer>((resolve, reject) => {
      const died = (how: string): void =>
        reject(signal.aborted ? stopped() : new ThalwegError('TRAINER_DIED', `plan: expected a result, ${how}`));
      child.once('message', (message: PlanAnswer) => resolve(message));
      child.once('error', (cause) => died(`the process could not be started: ${messageOf(cause)}`));
      child.once('exit', (code, by) => died(`the process ended with ${by ? `signal ${by}` : `exit code ${code}`}`));
      child.send(request);
    });
    if ('plan' in answer) return answer.plan;
    const known = Object.hasOwn(errorRegistry, answer.code);
    throw new ThalwegError(known ? (answer.code as ErrorCode) : 'INTERNAL', answer.message);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
