import type { ChildProcess, Serializable } from 'node:child_process';
import { errorRegistry, messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';

/** An error as it travels between processes. */
export interface ChildFailure {
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
}

/** Sends to a child process, if it still hears. */
export function send(child: ChildProcess, input: Serializable): void {
  // One that has just ended cannot hear; its exit says all there is to say.
  if (child.connected) child.send(input, () => undefined);
}

/** Exit code and signal, once all messages have arrived: they may still be under way when the process is gone. */
export async function exitOf(child: ChildProcess): Promise<[code: number | null, signal: NodeJS.Signals | null]> {
  const failure = new Promise<never>((_, reject) => {
    child.once('error', (cause) => {
      const message = `the process could not be started: ${messageOf(cause)}`;
      if (child.pid === undefined) reject(new ThalwegError('TRAINER_DIED', message, { cause }));
    });
  });
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', () => resolve()));
  const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, signal) => resolve([code, signal]));
  });
  const [exit] = await Promise.race([Promise.all([exited, disconnected]), failure]);
  return exit;
}

/** The error that a child process met, with its own stack. */
export function childError({ code, message, stack }: ChildFailure): ThalwegError {
  const known = Object.hasOwn(errorRegistry, code);
  const error = new ThalwegError(known ? (code as ErrorCode) : 'INTERNAL', message);
  if (stack !== null) error.stack = stack;
  return error;
}
