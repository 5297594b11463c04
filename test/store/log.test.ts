import { appendFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog, readLog } from '../../src/store/log.ts';
import { createRun, openRun } from '../../src/store/index.ts';
import { errorOf, newRun, record, temporaryFolder } from './fixtures.ts';

const emptyLog = (): string => join(temporaryFolder(), 'log.jsonl');

describe('the log', () => {
  it('holds one JSON line a message, at once, with level, time and text', () => {
    const path = emptyLog();
    const log = openLog(path);
    log.write('info', 'two\nlines and "quotes" — ü');
    log.write('error', 'bad');
    const { lines } = readLog(path);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [30, 'two\nlines and "quotes" — ü'],
      [50, 'bad'],
    ]);
    expect(lines.every(({ time }) => time > 1e12)).toBe(true);
    expect(Object.keys(lines[0]!).sort()).toEqual(['level', 'msg', 'time']);
    log.close();
  });

  it('is read on from a byte offset, line by complete line', () => {
    const path = emptyLog();
    expect(readLog(path)).toEqual({ lines: [], offset: 0 });
    const line = (msg: string): string => `${JSON.stringify({ level: 30, time: 1, msg })}\n`;
    writeFileSync(path, line('é') + line('b').slice(0, 7));
    const first = readLog(path);
    expect(first.lines.map(({ msg }) => msg)).toEqual(['é']);
    expect(first.offset).toBe(Buffer.byteLength(line('é')));
    appendFileSync(path, line('b').slice(7));
    const second = readLog(path, first.offset);
    expect(second.lines.map(({ msg }) => msg)).toEqual(['b']);
    expect(readLog(path, second.offset)).toEqual({ lines: [], offset: second.offset });
    expect(readLog(path, 10_000)).toEqual({ lines: [], offset: 10_000 });
  });

  it('shows a line that was cut off, and the next writer starts a new one', () => {
    const path = emptyLog();
    writeFileSync(path, '{"level":30,"time":5,"msg":"a"}\n{"level":30,"ti');
    const log = openLog(path);
    log.write('warn', 'resumed');
    log.close();
    expect(readLog(path).lines.map(({ level, msg }) => [level, msg])).toEqual([
      [30, 'a'],
      [40, 'unreadable log line: {"level":30,"ti'],
      [40, 'resumed'],
    ]);
    writeFileSync(path, '{"level":"high"}\n');
    expect(readLog(path).lines).toEqual([{ level: 40, time: 0, msg: 'unreadable log line: {"level":"high"}' }]);
  });

  it('says STORE_FAILED each time on a full device, and the records stay readable', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    writer.append([record('batch.loss', 0, 1)]);
    symlinkSync('/dev/full', join(writer.directory, 'log.jsonl'));
    for (const turn of [1, 2]) {
      const error = errorOf(() => writer.log('info', `line ${turn}`));
      expect(error.code).toBe('STORE_FAILED');
      expect(error.message).toContain('ENOSPC');
    }
    writer.close();
    const reader = openRun(runs, writer.file.id);
    expect([...reader.records('batch.loss').value]).toEqual([1]);
    reader.close();
    rmSync(join(writer.directory, 'log.jsonl'));
  });

  it('that is a folder says what is wrong', () => {
    const folder = temporaryFolder();
    expect(errorOf(() => openLog(folder)).code).toBe('STORE_FAILED');
    expect(errorOf(() => readLog(folder)).code).toBe('RUN_INVALID');
  });
});
