import { statSync } from 'node:fs';
import { messageOf } from '../base/index.ts';

/**
 * What changes whenever a file is written, replaced or removed: files that are replaced by renaming have another inode even
 * within one tick of the clock.
 */
export function fingerprintOf(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : absent;
  } catch (error) {
    // Below a file, or in a folder that cannot be entered: reading will say why.
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? absent : messageOf(error);
  }
}

/** The fingerprint of a file that does not exist. */
export const absent = '-';
