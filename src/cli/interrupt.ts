import { ThalwegError } from '../base/index.ts';
import type { Io } from './io.ts';

/**
 * Does work in this process that a signal ends: `signal` aborts, and at once the result is `INTERRUPTED` with `subject` in
 * its message. What the work still does until it notices has no effect on the outcome.
 */
export async function interruptible<T>(subject: string, io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let dispose = (): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    dispose = io.onSignal(() => {
      controller.abort();
      reject(new ThalwegError('INTERRUPTED', `${subject}: stopped before it was done; nothing was written`));
    });
  });
  const done = work(controller.signal);
  // After a signal nobody waits for it any more.
  done.catch(() => undefined);
  try {
    return await Promise.race([done, interrupted]);
  } finally {
    dispose();
  }
}

/**
 * Does work in this process that the first signal asks to end: `signal` aborts, `onStopping` hears of it, and the work ends in
 * its own way. The second ends it at once with `INTERRUPTED`.
 */
export async function stoppable<T>(
  subject: string,
  io: Io,
  onStopping: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let dispose = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    dispose = io.onSignal(() => {
      if (controller.signal.aborted)
        return reject(new ThalwegError('INTERRUPTED', `${subject}: ended at once; the last second of it may be lost`));
      controller.abort();
      onStopping();
    });
  });
  const done = work(controller.signal);
  done.catch(() => undefined);
  try {
    return await Promise.race([done, ended]);
  } finally {
    dispose();
  }
}
