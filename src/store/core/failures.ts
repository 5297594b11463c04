import { messageOf, ThalwegError } from '../../base/index.ts';

/** Runs `write`; whatever fails becomes `STORE_FAILED` with `subject` in its message. */
export function storing<T>(subject: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw storeFailure(subject, error);
  }
}

/** The error for a write that failed: ours as they are, those of the system and of libraries as `STORE_FAILED`. */
export function storeFailure(subject: string, error: unknown): ThalwegError {
  if (error instanceof ThalwegError) return error;
  return new ThalwegError('STORE_FAILED', `${subject}: could not be written: ${messageOf(error)}`, { cause: error });
}

/** The error for a read that failed: ours as they are, SQLite's as `RUN_INVALID`. */
export function readFailure(path: string, error: unknown): ThalwegError {
  if (error instanceof ThalwegError) return error;
  return new ThalwegError('RUN_INVALID', `${path}: could not be read: ${messageOf(error)}`, { cause: error });
}
