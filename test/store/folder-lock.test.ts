import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { holdFolder, requireNoWorker } from '../../src/store/index.ts';
import { temporaryFolder } from './fixtures.ts';

/** What refused; null: nothing did. */
function refusalOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(ThalwegError);
    return `${(error as ThalwegError).code} ${(error as ThalwegError).message}`;
  }
}

const lockOf = (folder: string, role = 'worker'): string => join(folder, `.${role}.lock`);

/** Changes who holds a folder. */
function changeHolder(folder: string, change: object, seconds = 0): void {
  const lock = JSON.parse(readFileSync(lockOf(folder), 'utf8')) as { holder: object };
  writeFileSync(lockOf(folder), JSON.stringify({ ...lock, holder: { ...lock.holder, ...change } }));
  const then = new Date(Date.now() - 1000 * seconds);
  utimesSync(lockOf(folder), then, then);
}

describe('a folder of runs', () => {
  it('has one worker or one hub, and says who that is', () => {
    const folder = join(temporaryFolder(), 'new');
    const hold = holdFolder(folder, 'worker');
    const expected = `got that of a worker (process ${process.pid} on `;
    for (const role of ['worker', 'hub'] as const)
      expect(refusalOf(() => holdFolder(folder, role))).toMatch(
        `RUN_STATE ${folder}: expected a folder of runs for a ${role}, ${expected}`,
      );
    expect(refusalOf(() => requireNoWorker(folder, 'a sweep'))).toContain('expected a folder of runs for a sweep');
    hold.release();
    const hub = holdFolder(folder, 'hub');
    expect(refusalOf(() => holdFolder(folder, 'worker'))).toContain('got that of a hub');
    expect(refusalOf(() => requireNoWorker(folder, 'a sweep'))).toBeNull();
    hub.release();
    expect(existsSync(lockOf(folder, 'hub'))).toBe(false);
  });

  it('is free where the process that had it has ended, or the lock is torn', () => {
    const folder = temporaryFolder();
    holdFolder(folder, 'worker');
    changeHolder(folder, { started: '1' });
    const next = holdFolder(folder, 'worker');
    next.release();
    writeFileSync(lockOf(folder), '{"role":"wor');
    holdFolder(folder, 'worker').release();
  });

  it('is believed to be held by a process that cannot be looked at from here as long as it gives signs of life', () => {
    const folder = temporaryFolder();
    const hold = holdFolder(folder, 'worker');
    for (const elsewhere of [{ machine: 'another' }, { space: 'pid:[1]' }]) {
      changeHolder(folder, elsewhere, 5);
      expect(refusalOf(() => requireNoWorker(folder, 'a sweep'))).toContain('RUN_STATE');
      changeHolder(folder, elsewhere, 120);
      expect(refusalOf(() => requireNoWorker(folder, 'a sweep'))).toBeNull();
    }
    // It is another's now, who took it over.
    hold.release();
    expect(existsSync(lockOf(folder))).toBe(true);
  });
});
