import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../../src/base/index.ts';
import { createRun, openRun, readCheckpoint, type RunWriter } from '../../src/store/index.ts';
import { newRun, temporaryFolder } from './fixtures.ts';

const theta = (value: number): Record<string, HostTensor> => ({
  'layers.0.weight': hostTensor('float32', [2], [value, -value]),
});
const save = (writer: RunWriter, iteration: number): string =>
  writer.saveCheckpoint(iteration, theta(iteration), { iteration: String(iteration) });

const iterationsOf = (runs: string, writer: RunWriter): number[] =>
  openRun(runs, writer.file.id)
    .checkpoints()
    .map(({ iteration }) => iteration);

describe('checkpoints', () => {
  it('are kept as many as the specification says, the newest last', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({}, { checkpoints: { every: '1 epoch', keep: 2 } }));
    for (const iteration of [0, 40, 400, 80]) save(writer, iteration);
    const checkpoints = openRun(runs, writer.file.id).checkpoints();
    expect(checkpoints.map(({ iteration }) => iteration)).toEqual([80, 400]);
    expect(readCheckpoint(checkpoints[1]!.path)).toEqual({ tensors: theta(400), metadata: { iteration: '400' } });
    expect(checkpoints[0]!.bytes).toBeGreaterThan(8);
    writer.close();
  });

  it('stay when only the one just written is to, also behind later ones', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({}, { checkpoints: { every: '1 epoch', keep: 1 } }));
    for (const iteration of [1, 4]) save(writer, iteration);
    expect(iterationsOf(runs, writer)).toEqual([4]);
    save(writer, 2);
    expect(iterationsOf(runs, writer)).toEqual([2]);
    writer.close();
  });

  it('that an interruption wrote go with the next one, and take no place of the others', () => {
    const runs = temporaryFolder();
    // An epoch is 40 iterations.
    const writer = createRun(runs, newRun({}, { checkpoints: { every: '1 epoch', keep: 3 } }));
    for (const iteration of [40, 80, 97]) save(writer, iteration);
    expect(iterationsOf(runs, writer)).toEqual([40, 80, 97]);
    for (const iteration of [99, 120]) save(writer, iteration);
    expect(iterationsOf(runs, writer)).toEqual([40, 80, 120]);
    writer.close();
  });

  it('stay for good at multiples of keepEvery, beside the newest', () => {
    const runs = temporaryFolder();
    // An epoch is 40 iterations.
    const checkpoints = { every: '20 iterations', keep: 2, keepEvery: '2 epochs' };
    const writer = createRun(runs, newRun({}, { checkpoints }));
    for (let iteration = 0; iteration <= 260; iteration += 20) save(writer, iteration);
    expect(iterationsOf(runs, writer)).toEqual([80, 160, 240, 260]);
    writer.close();
  });

  it('of a fork keep the one that it began with', () => {
    const runs = temporaryFolder();
    createRun(runs, newRun({ id: 'p' })).close();
    const parent = { run: 'p', iteration: 30, records: 0 };
    const writer = createRun(runs, newRun({ parent }, { checkpoints: { every: '1 epoch', keep: 1 } }));
    for (const iteration of [30, 40, 80]) save(writer, iteration);
    expect(iterationsOf(runs, writer)).toEqual([30, 80]);
    writer.close();
  });

  it('later than a rewind are withdrawn with it', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({}, { checkpoints: { every: '10 iterations', keep: 3 } }));
    for (const iteration of [10, 20, 30]) save(writer, iteration);
    writer.rewind(20);
    expect(
      openRun(runs, writer.file.id)
        .checkpoints()
        .map(({ iteration }) => iteration),
    ).toEqual([10, 20]);
    writer.close();
  });

  it('are listed without other files of the folder', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun());
    save(writer, 5);
    for (const name of ['notes.txt', '7.safetensors', '0000000009.safetensors.12.tmp']) {
      writeFileSync(join(writer.directory, 'checkpoints', name), '');
    }
    expect(
      openRun(runs, writer.file.id)
        .checkpoints()
        .map(({ iteration }) => iteration),
    ).toEqual([5]);
    writer.close();
    expect(readdirSync(join(writer.directory, 'checkpoints'))).toContain('0000000005.safetensors');
  });

  it('refuse names that the format or the store uses itself', () => {
    const writer = createRun(temporaryFolder(), newRun());
    expect(() => writer.saveCheckpoint(0, { __metadata__: theta(1)['layers.0.weight']! }, {})).toThrow('__metadata__');
    expect(() => writer.saveCheckpoint(0, theta(1), { sha256: 'x' })).toThrow('sha256');
    writer.close();
  });
});
