import { messageOf, ThalwegError } from '../../../src/base/index.ts';

/** Bytes that are written to find out whether there is room for any. */
const probeBytes = 1_000_000;

/** What went wrong, in words. A write that failed because the browser gives no more storage says so, and what to do. */
export async function explained(error: unknown): Promise<string> {
  const message = messageOf(error);
  if (!(error instanceof ThalwegError) || error.code !== 'STORE_FAILED' || !(await isFull())) return message;
  const { usage = 0 } = await navigator.storage.estimate();
  return `${message}. The browser’s storage for this site is full (${(usage / 1e6).toFixed(1)} MB): what was recorded stays; delete runs to go on.`;
}

/** Whether the browser gives no more storage: SQLite does not tell, and what a browser estimates is not what it gives. */
async function isFull(): Promise<boolean> {
  const [folder, name] = [await navigator.storage.getDirectory(), 'thalweg-probe'];
  try {
    const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
    try {
      // Chromium answers a number near 2³² then.
      return handle.write(new Uint8Array(probeBytes)) !== probeBytes;
    } finally {
      handle.close();
      await folder.removeEntry(name);
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError') return true;
    throw error;
  }
}
