import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunFile } from '../../src/contract/index.ts';
import { createRun, openRun, openRunWriter } from '../../src/store/index.ts';
import { errorOf, newRun, record, temporaryFolder } from './fixtures.ts';

const readJson = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('creating a run', () => {
  it('makes the folder with run.json, metrics.db, checkpoints and a lock, and nothing else', () => {
    const runs = join(temporaryFolder(), 'deep', 'runs');
    const writer = createRun(runs, newRun());
    expect(
      readdirSync(writer.directory)
        .filter((name) => !/-(wal|shm)$/.test(name))
        .sort(),
    ).toEqual(['checkpoints', 'lock', 'metrics.db', 'run.json']);
    writer.close();
    expect(readdirSync(runs)).toEqual([writer.file.id]);
    expect(readdirSync(writer.directory).sort()).toEqual(['checkpoints', 'metrics.db', 'run.json']);
  });

  it('names runs after data, model, optimizer and seed with a counter, and after the study where there is one', () => {
    const runs = temporaryFolder();
    const idOf = (run = newRun()): string => {
      const writer = createRun(runs, run);
      writer.close();
      return writer.file.id;
    };
    expect(idOf()).toBe('mnist-1d-mlp-sgd-s7-1');
    expect(idOf()).toBe('mnist-1d-mlp-sgd-s7-2');
    expect(idOf(newRun({}, { study: 'Walk: MLP / MNIST' }))).toBe('walk-mlp-mnist-sgd-s7-1');
    expect(idOf(newRun({}, { study: '../..', optimizer: { name: 'gd' } }))).toBe('run-gd-s7-1');
    expect(idOf(newRun({}, { study: 'x'.repeat(500) }))).toHaveLength(80 + '-sgd-s7-1'.length);
  });

  it('takes a given id, refuses it twice and refuses one that is no file name', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'first.walk' }));
    writer.close();
    expect(errorOf(() => createRun(runs, newRun({ id: 'first.walk' })))).toMatchObject({ code: 'RUN_EXISTS' });
    for (const id of ['../evil', '/tmp/evil', '..', 'A', '', 'a/b', 'x'.repeat(129), 'a\n']) {
      const error = errorOf(() => createRun(runs, newRun({ id })));
      expect(error.code).toBe('RUN_INVALID');
      expect(error.message).toContain('run.json: id: ');
    }
    expect(readdirSync(runs)).toEqual(['first.walk']);
  });

  it('leaves nothing behind when the run is invalid', () => {
    const runs = temporaryFolder();
    const error = errorOf(() => createRun(runs, newRun({ iterationsPerEpoch: 0 })));
    expect(error).toMatchObject({ code: 'RUN_INVALID' });
    expect(error.message).toMatch(/^run\.json: iterationsPerEpoch: /);
    expect(readdirSync(runs)).toEqual([]);
  });

  it('says STORE_FAILED where no folder can be made', () => {
    const file = join(temporaryFolder(), 'a-file');
    writeFileSync(file, '');
    for (const runs of [file, join(file, 'runs'), '/proc/runs']) {
      const error = errorOf(() => createRun(runs, newRun()));
      expect(error.code).toBe('STORE_FAILED');
      expect(error.message).toContain(runs);
    }
  });
});

describe('run.json', () => {
  it('is replaced whole by an update, which keeps id, version and creation time', () => {
    const writer = createRun(temporaryFolder(), newRun());
    const { created, id } = writer.file;
    writer.update({ status: 'finished', iteration: 40 });
    const stored = readJson(join(writer.directory, 'run.json'));
    expect(stored).toEqual(writer.file);
    expect(stored).toMatchObject({ version: 1, id, created, status: 'finished', iteration: 40 });
    expect(readdirSync(writer.directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    writer.close();
  });

  it('keeps its content when an update is against the schema', () => {
    const writer = createRun(temporaryFolder(), newRun());
    const before = readJson(join(writer.directory, 'run.json'));
    const error = errorOf(() => writer.update({ iteration: -1 }));
    expect(error).toMatchObject({ code: 'RUN_INVALID' });
    expect(error.message).toContain('run.json: iteration: ');
    expect(readJson(join(writer.directory, 'run.json'))).toEqual(before);
    expect(writer.file.iteration).toBe(0);
    writer.close();
  });

  it('survives a crash between writing and renaming, and the rest is cleared away by the next writer', () => {
    const runs = temporaryFolder();
    const crash = { armed: false };
    const files = {
      ...fs,
      renameSync: (from: fs.PathLike, to: fs.PathLike) => {
        if (crash.armed) throw new Error('the power went off');
        renameSync(from, to);
      },
    };
    const writer = createRun(runs, newRun(), { files });
    crash.armed = true;
    expect(errorOf(() => writer.update({ iteration: 12 }))).toMatchObject({ code: 'STORE_FAILED' });
    expect(readJson(join(writer.directory, 'run.json'))).toMatchObject({ iteration: 0 });
    writer.close();
    // What a process leaves that is killed at that point, instead of being told of a failure.
    writeFileSync(join(writer.directory, 'run.json.123.tmp'), '{"half');
    writeFileSync(join(writer.directory, 'checkpoints', '0000000001.safetensors.123.tmp'), 'half');
    const second = openRunWriter(runs, writer.file.id);
    expect(second.file.iteration).toBe(0);
    second.close();
    expect(readdirSync(writer.directory)).not.toContain('run.json.123.tmp');
    expect(readdirSync(join(writer.directory, 'checkpoints'))).toEqual([]);
  });

  it('is refused with the path of the wrong key, when it is damaged and when it is of a newer version', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    writer.close();
    const path = join(writer.directory, 'run.json');
    const valid = readJson(path);
    const read = (content: unknown): string => {
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      const error = errorOf(() => openRun(runs, writer.file.id).file());
      expect(error.code).toBe('RUN_INVALID');
      expect(errorOf(() => openRunWriter(runs, writer.file.id)).message).toBe(error.message);
      return error.message.replace(path, 'run.json');
    };
    const specification = valid['specification'] as Record<string, unknown>;
    expect(
      read({
        ...valid,
        specification: { ...specification, optimizer: { name: 'sgd', learningRate: 'fast', batchSize: 1 } },
      }),
    ).toContain('run.json: specification.optimizer.learningRate: ');
    expect(read({ ...valid, colour: 'red' })).toContain('"colour"');
    expect(read({ ...valid, status: 'odd', iteration: 0.5 })).toMatch(/^run\.json: status: .*\(and 1 more\)$/);
    expect(read({ ...valid, version: 2 })).toBe('run.json: expected version 1, got 2 of a newer Thalweg');
    expect(read('{"version": 1,')).toContain('run.json: expected a run file, got: ');
    expect(read('null')).toContain('run.json: ');
  });

  it('takes its id from the folder, so that a copied folder is a run of its own', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    writer.append([record('test.loss', 0, 2.3)]);
    writer.close();
    fs.cpSync(writer.directory, join(runs, 'copy'), { recursive: true });
    const reader = openRun(runs, 'copy');
    expect(reader.file().id).toBe('copy');
    expect([...reader.records('test.loss').value]).toEqual([2.3]);
    reader.close();
  });
});

describe('opening a run', () => {
  it('refuses names that lead out of the runs folder and names of no run', () => {
    const folder = temporaryFolder();
    const runs = join(folder, 'runs');
    mkdirSync(runs);
    createRun(folder, newRun({ id: 'outside' })).close();
    for (const name of ['../outside', 'runs/../../outside', '..', '.', '', join(folder, 'outside'), 'none']) {
      expect(errorOf(() => openRun(runs, name)).code).toBe('RUN_NOT_FOUND');
      expect(errorOf(() => openRunWriter(runs, name)).code).toBe('RUN_NOT_FOUND');
    }
  });

  it('goes on where the last writer stopped', () => {
    const runs = temporaryFolder();
    const first = createRun(runs, newRun());
    first.append([record('batch.loss', 0, 3), record('batch.loss', 1, 2)]);
    first.log('info', 'first');
    first.close();
    first.close();
    const second = openRunWriter(runs, first.file.id);
    second.append([record('batch.loss', 2, 1)]);
    second.log('warn', 'second');
    second.close();
    const reader = openRun(runs, first.file.id);
    expect([...reader.records('batch.loss').seq]).toEqual([1, 2, 3]);
    expect(reader.logLines().lines.map(({ level, msg }) => [level, msg])).toEqual([
      [30, 'first'],
      [40, 'second'],
    ]);
    reader.close();
    expect(existsSync(join(first.directory, 'lock'))).toBe(false);
  });

  it('says RUN_INVALID for a database that is missing, no database, or cut off', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    writer.append(Array.from({ length: 2000 }, (_, iteration) => record('batch.loss', iteration, 1)));
    writer.close();
    const path = join(writer.directory, 'metrics.db');
    const whole = readFileSync(path);
    const read = (): string => {
      const reader = openRun(runs, writer.file.id);
      expect(reader.file().id).toBe(writer.file.id);
      const error = errorOf(() => reader.changesAfter(0));
      reader.close();
      expect(error.code).toBe('RUN_INVALID');
      return error.message;
    };
    writeFileSync(path, 'this is no database '.repeat(1000));
    expect(read()).toContain('file is not a database');
    expect(errorOf(() => openRunWriter(runs, writer.file.id)).code).toBe('RUN_INVALID');
    writeFileSync(path, whole.subarray(0, 3 * 4096));
    expect(read()).toContain('malformed');
    fs.rmSync(path);
    expect(read()).toContain('the file is missing');
  });

  it('that was written before runs could be forked and checkpoints kept for good reads with the defaults', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    writer.append([record('batch.loss', 0, 1)]);
    writer.close();
    const path = join(writer.directory, 'run.json');
    const { parent, specification, ...old } = JSON.parse(readFileSync(path, 'utf8')) as RunFile;
    expect(parent).toBeNull();
    const { onNonFinite, ...older } = specification;
    expect(onNonFinite).toBe('stop');
    writeFileSync(path, JSON.stringify({ ...old, specification: older }));
    const reader = openRun(runs, writer.file.id);
    expect(reader.file()).toMatchObject({ version: 1, parent: null, specification: { onNonFinite: 'stop' } });
    expect([...reader.records('batch.loss').value]).toEqual([1]);
    reader.close();
    const again = openRunWriter(runs, writer.file.id);
    again.update({ iteration: 1 });
    again.close();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ iteration: 1, parent: null });
  });
});
