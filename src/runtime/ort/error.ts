import { ThalwegError } from '../../base/index.ts';

/** What the runtime threw, as an error of ours with the first line of its reason. */
export function runtimeFailed(action: string, cause: unknown): ThalwegError {
  if (cause instanceof ThalwegError) return cause;
  return new ThalwegError('RUNTIME_FAILED', `runtime: ${action}: ${reasonOf(cause)}`, { cause });
}

/**
 * The first line of what the runtime says. Messages of its failed assertions begin with a source line and the condition
 * in C++ (`… was false. `), those of its builds for browsers with a number (`ERROR_CODE: 7, ERROR_MESSAGE: `), which say nothing
 * to a user.
 */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'no reason given';
  return line.replace(/^.*(?: was false\.|ERROR_MESSAGE:) /, '').trim();
}
