import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorRegistry, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { Work } from './work.ts';
import type { ComputationMessage, ComputationOrder } from './worker-message.ts';

const workerEntry = (): string => fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

/** Computes a trial in a new process, since the runtime blocks the thread that it runs in. A stopped one leaves no result. */
export function startComputation(order: ComputationOrder, onProgress: (share: number) => void): Work {
  const child = fork(workerEntry(), [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  let last: ComputationMessage | undefined;
  let stopped = false;
  child.on('message', (message: ComputationMessage) => {
    if (message.type === 'progress') onProgress(message.share);
    else last = message;
  });
  child.send(order, () => undefined);
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (last?.type === 'ended') return resolve();
      if (last?.type === 'failed') return reject(errorOf(last));
      const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
      reject(
        stopped
          ? new ThalwegError('INTERRUPTED', `${order.id}: stopped before it was done`)
          : new ThalwegError('TRAINER_DIED', `${order.id}: expected a result from its process, it ended with ${end}`),
      );
    });
  });
  return {
    done,
    stop() {
      stopped = true;
      child.kill('SIGKILL');
    },
  };
}

function errorOf({ code, message }: Extract<ComputationMessage, { type: 'failed' }>): ThalwegError {
  return new ThalwegError(Object.hasOwn(errorRegistry, code) ? (code as ErrorCode) : 'INTERNAL', message);
}
