import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { packRun, unpackRun } from '../../web/lab/worker/store/archive.ts';
import { errorOf } from '../store/fixtures.ts';

const text = strToU8('x');
const run = { 'run.json': strToU8('{}'), 'metrics.db': text };
const zipOf = (folder: string, files: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}${name}`, content])));

describe('the zip file of a run', () => {
  it('holds its folder, and gives it again', () => {
    const files = new Map(Object.entries({ ...run, 'checkpoints/0000000040.safetensors': text, 'log.jsonl': text }));
    const zip = packRun('walk-1', files);
    expect(Object.keys(unzipSync(zip)).sort()).toEqual([...files.keys()].map((name) => `walk-1/${name}`).sort());
    expect(unpackRun(zip)).toEqual({ run: 'walk-1', files });
  });

  it('is read from any depth, without what belongs to the machine that it comes from', () => {
    const others = { lock: text, 'metrics.db-wal': new Uint8Array(), 'run.json.7.tmp': text, '../../escaped': text };
    const { run: name, files } = unpackRun(zipOf('mine/runs/walk-2/', { ...run, ...others, 'checkpoints/x': text }));
    expect([name, ...files.keys()]).toEqual(['walk-2', 'run.json', 'metrics.db']);
  });

  it.each([
    ['no zip file', text, 'a zip file'],
    ['no run', zipOf('walk-1/', { 'metrics.db': text }), 'one run'],
    ['no records', zipOf('walk-1/', { 'run.json': text }), 'metrics.db'],
    ['a run that is being written', zipOf('walk-1/', { ...run, 'metrics.db-wal': text }), 'metrics.db-wal'],
    ['two runs', zipSync({ 'a/run.json': text, 'b/run.json': text, 'a/metrics.db': text }), 'got 2'],
  ])('is refused where there is %s', (_, zip, words) => {
    const error = errorOf(() => unpackRun(zip));
    expect(error.code).toBe('RUN_INVALID');
    expect(error.message).toContain(words);
  });
});
