import { messageOf, ThalwegError } from '../../../src/base/index.ts';

/** Bytes that must be left for a failed write not to be blamed on the storage's limit. */
const little = 2_000_000;

/** What went wrong, in words. A write that failed because the browser gives no more storage says so, and what to do. */
export async function explained(error: unknown): Promise<string> {
  const message = messageOf(error);
  if (!(error instanceof ThalwegError) || error.code !== 'STORE_FAILED') return message;
  const { usage = 0, quota = Infinity } = await navigator.storage.estimate();
  if (quota - usage > little) return message;
  const [used, most] = [usage, quota].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
  return `${message}. The browser's storage for this site is full (${used} of ${most}): what was recorded stays; delete runs to go on.`;
}
