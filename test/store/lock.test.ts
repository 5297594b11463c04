import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRun, listRuns, openRun, openRunWriter } from '../../src/store/index.ts';
import { isAlive, processIdentity, type ProcessIdentity } from '../../src/store/process.ts';
import { errorOf, newRun, startProcess, temporaryFolder } from './fixtures.ts';

interface Lock {
  run: string;
  holder: ProcessIdentity;
}

describe('the lock of a run', () => {
  it('keeps a second writer out while the first lives, and lets it in afterwards', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    const { id } = writer.file;
    const error = errorOf(() => openRunWriter(runs, id));
    expect(error).toMatchObject({ code: 'RUN_STATE' });
    expect(error.message).toContain(`process ${process.pid}`);
    expect(openRun(runs, id).file().status).toBe('running');
    writer.close();
    expect(openRun(runs, id).file().status).toBe('interrupted');
    const second = openRunWriter(runs, id);
    expect(second.file.status).toBe('interrupted');
    expect(errorOf(() => openRunWriter(runs, id)).code).toBe('RUN_STATE');
    second.close();
  });

  it('is not held by a process that died, by another one with its number, or by one on another machine', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    const { id } = writer.file;
    const path = join(writer.directory, 'lock');
    const own = JSON.parse(readFileSync(path, 'utf8')) as Lock;
    writer.close();
    const statusWith = (content: string): string => {
      writeFileSync(path, content);
      const [entry] = listRuns(runs);
      expect(openRun(runs, id).file().status).toBe(entry!.status);
      return entry!.status;
    };
    const held = (changes: Partial<ProcessIdentity>): string =>
      statusWith(JSON.stringify({ ...own, holder: { ...own.holder, ...changes } }));
    expect(held({})).toBe('running');
    expect(held({ pid: 2 ** 30 })).toBe('interrupted');
    if (own.holder.started !== null) expect(held({ started: '1' })).toBe('interrupted');
    expect(held({ machine: 'another' })).toBe('interrupted');
    expect(statusWith('{"pid":')).toBe('interrupted');
    openRunWriter(runs, id).close();
  });

  it('of a copied folder is not held by the writer of the original', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    cpSync(writer.directory, join(runs, 'copy'), { recursive: true });
    expect(openRun(runs, 'copy').file().status).toBe('interrupted');
    openRunWriter(runs, 'copy').close();
    writer.close();
  });

  it('passes to exactly one of several processes that find its holder dead', async () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'contested' }));
    writer.close();
    const dead = { run: 'contested', holder: { ...processIdentity(), pid: 2 ** 30 } };
    writeFileSync(join(writer.directory, 'lock'), JSON.stringify(dead));
    const children = Array.from({ length: 3 }, () =>
      startProcess(
        `let result = 'won';
         try { store.openRunWriter(values[0], 'contested'); } catch (error) { result = error.code; }
         process.stdout.write(result);
         setInterval(() => {}, 1000);`,
        runs,
      ),
    );
    const results = await Promise.all(children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])));
    expect(results.sort()).toEqual(['RUN_STATE', 'RUN_STATE', 'won']);
  });
});

describe('the identity of a process', () => {
  it('is alive for this one and counts as alive in a container whose processes cannot be seen', () => {
    const own = processIdentity();
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, pid: 2 ** 30, space: 'pid:[1]' })).toBe(true);
  });

  it('falls back to the number alone where the system gives no start time', () => {
    const own = { ...processIdentity(), started: null };
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, pid: 2 ** 22 + 1 })).toBe(false);
  });
});
