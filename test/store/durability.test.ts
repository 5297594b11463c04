import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openForWriting, syncToDisk } from '../../src/store/database.ts';
import { schemaVersion } from '../../src/store/core/migrations.ts';
import { createRun, listRuns, openRun, openRunWriter } from '../../src/store/index.ts';
import { newRun, outputOf, record, startProcess, temporaryFolder } from './fixtures.ts';

/** Writes 50 records each turn, without end, and prints how many were flushed. */
const endlessWriter = `
  const writer = store.openRunWriter(values[0], values[1]);
  writer.update({ status: 'running' });
  const none = { coordinate: null, standardError: null, examples: null };
  let flushed = 0;
  setInterval(() => {
    writer.append(Array.from({ length: 50 }, (_, i) => ({ series: 'batch.loss', iteration: flushed + i, value: flushed + i, ...none })));
    writer.flush();
    flushed += 50;
    process.stdout.write(flushed + '\\n');
    writer.update({ iteration: flushed });
    writer.log('info', 'at ' + flushed);
  }, 1);`;

/** Bytes of the write-ahead log. */
const logSize = (path: string): number => statSync(`${path}-wal`).size;

describe('what is brought to the disk before a checkpoint', () => {
  it('is a commit of its own with a sync of the whole log, and changes nothing', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    const database = openForWriting(path);
    const [version, size] = [schemaVersion(database), logSize(path)];
    syncToDisk(database);
    // A commit that writes no page would not sync.
    expect(logSize(path)).toBeGreaterThan(size);
    expect(schemaVersion(database)).toBe(version);
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 1 });
    database.close();
  });
});

describe('a writer that is killed', () => {
  it('loses at most what it had not flushed, can be read meanwhile, reads as interrupted, and is resumed', async () => {
    const runs = temporaryFolder();
    const created = createRun(runs, newRun());
    const { id } = created.file;
    created.close();
    const child = startProcess(endlessWriter, runs, id);
    let promised = 0;
    child.stdout.on('data', (chunk: Buffer) => (promised = Number(chunk.toString().trim().split('\n').at(-1))));
    await once(child.stdout, 'data');

    const reader = openRun(runs, id);
    const seen: number[] = [];
    while (seen.length < 5) {
      const newest = reader.newestSeq();
      if (newest > (seen.at(-1) ?? 0)) seen.push(newest);
      expect(reader.file().status).toBe('running');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await once(child, 'close');

    const values = [...reader.records('batch.loss').value];
    expect(values.length).toBeGreaterThanOrEqual(promised);
    expect(values).toEqual(values.map((_, index) => index));
    expect(listRuns(runs)[0]).toMatchObject({ id, status: 'interrupted', problem: null });
    expect(reader.logLines().lines.every(({ msg }) => msg.startsWith('at '))).toBe(true);

    const resumed = openRunWriter(runs, id);
    resumed.rewind(10);
    resumed.append([record('batch.loss', 10, 10)]);
    resumed.close();
    expect([...reader.records('batch.loss').value].at(-1)).toBe(10);
    expect(JSON.parse(readFileSync(join(created.directory, 'run.json'), 'utf8'))).toMatchObject({ id });
    reader.close();
  });
});

describe('listing runs', () => {
  it('loads neither the database, nor the logger, nor the Parquet writer', async () => {
    const runs = temporaryFolder();
    createRun(runs, newRun()).close();
    const output = await outputOf(
      startProcess(
        `import { createRequire } from 'node:module';
         const loaded = () => Object.keys(createRequire(process.cwd() + '/x.js').cache).filter((path) => /sqlite|pino/.test(path)).length;
         const runs = store.listRuns(values[0]);
         const before = loaded();
         store.openRun(values[0], runs[0].id).newestSeq();
         process.stdout.write(JSON.stringify({ runs: runs.length, before, loads: loaded() > 0 }));`,
        runs,
      ),
    );
    expect(JSON.parse(output)).toEqual({ runs: 1, before: 0, loads: true });
  });
});
