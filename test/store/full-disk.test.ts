import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { createRun, openRun, openRunWriter, readCheckpoint, type FileOperations } from '../../src/store/index.ts';
import { errorOf, newRun, record, temporaryFolder } from './fixtures.ts';

const records = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => record('batch.loss', from + index, from + index));

/** File operations on a disk with room for `free` bytes more. */
function diskWith(free: { bytes: number }): FileOperations {
  return {
    ...fs,
    writeSync: ((descriptor: number, bytes: Uint8Array, offset: number) => {
      const length = Math.min(bytes.byteLength - offset, free.bytes);
      if (length === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      free.bytes -= length;
      return fs.writeSync(descriptor, bytes, offset, length);
    }) as typeof fs.writeSync,
  };
}

describe('a disk that is full', () => {
  it('when records are written says STORE_FAILED, keeps what was recorded, and loses nothing when there is room again', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun(), { pageLimit: 16 });
    writer.append(records(0, 200));
    let written = 200;
    const error = errorOf(() => {
      for (; ; written += 200) writer.append(records(written, 200));
    });
    expect(error).toEqual({
      code: 'STORE_FAILED',
      message: `${join(writer.directory, 'metrics.db')}: could not be written: database or disk is full`,
    });
    expect(errorOf(() => writer.close()).code).toBe('STORE_FAILED');
    const reader = openRun(runs, writer.file.id);
    expect([...reader.records('batch.loss').value]).toEqual(records(0, written).map(({ value }) => value));
    expect(reader.file().status).toBe('interrupted');
    reader.close();
    const second = openRunWriter(runs, writer.file.id);
    second.append(records(written, 1));
    second.close();
    const again = openRun(runs, writer.file.id);
    expect(again.records('batch.loss').length).toBe(written + 1);
    again.close();
  });

  it('when run.json is written keeps the old one, and leaves no half-written file', () => {
    const free = { bytes: Infinity };
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun(), { files: diskWith(free) });
    free.bytes = 100;
    const error = errorOf(() => writer.update({ iteration: 7 }));
    expect(error.code).toBe('STORE_FAILED');
    expect(error.message).toBe(
      `${join(writer.directory, 'run.json')}: could not be written: ENOSPC: no space left on device, write`,
    );
    expect(writer.file.iteration).toBe(0);
    expect(openRun(runs, writer.file.id).file()).toMatchObject({ iteration: 0, status: 'running' });
    free.bytes = Infinity;
    writer.update({ iteration: 7 });
    expect(openRun(runs, writer.file.id).file().iteration).toBe(7);
    expect(fs.readdirSync(writer.directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    writer.close();
  });

  it('when a checkpoint is written keeps the older ones', () => {
    const free = { bytes: Infinity };
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({}, { checkpoints: { every: '1 epoch', keep: 1 } }), {
      files: diskWith(free),
    });
    const tensors = { w: hostTensor('float32', [1000], new Float32Array(1000).fill(1)) };
    const path = writer.saveCheckpoint(1, tensors, {});
    free.bytes = 500;
    expect(errorOf(() => writer.saveCheckpoint(2, tensors, {})).code).toBe('STORE_FAILED');
    expect(
      openRun(runs, writer.file.id)
        .checkpoints()
        .map((checkpoint) => checkpoint.path),
    ).toEqual([path]);
    expect(readCheckpoint(path).tensors['w']!.data).toEqual(tensors.w.data);
    expect(fs.readdirSync(join(writer.directory, 'checkpoints'))).toEqual(['0000000001.safetensors']);
    writer.close();
  });

  it('when a run is made leaves no folder', () => {
    const runs = temporaryFolder();
    expect(errorOf(() => createRun(runs, newRun(), { files: diskWith({ bytes: 10 }) })).code).toBe('STORE_FAILED');
    expect(fs.readdirSync(runs)).toEqual([]);
  });
});
