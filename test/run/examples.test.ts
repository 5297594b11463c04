import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../src/data/index.ts';
import { ExampleProcess, picturedExample, type ExampleSource } from '../../src/run/index.ts';
import { runsFolder } from './support.ts';

const dataSet = (inputShape: number[], inputs: number[], normalisation: DataSet['normalisation']): DataSet =>
  ({
    inputShape,
    classNames: ['zero', 'one'],
    normalisation,
    train: { inputs: Float32Array.from(inputs), labels: Uint8Array.of(1), count: 1 },
  }) as unknown as DataSet;

describe('the picture of an example', () => {
  it('is an image whose normalisation is undone, channel by channel', async () => {
    const mean = [0.2, 0.4, 0.6];
    const std = [0.1, 0.2, 0.4];
    const raw = [0, 255, 51, 102, 0, 255];
    const inputs = raw.map(
      (pixel, index) => (pixel / 255 - mean[Math.floor(index / 2)]!) / std[Math.floor(index / 2)]!,
    );
    const { example, png } = await picturedExample(dataSet([3, 1, 2], inputs, { mean, std }), 0);
    expect(example).toEqual({ position: 0, label: 1, className: 'one', shape: [3, 1, 2], values: null });
    const { data, info } = await sharp(png!).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([2, 1, 3]);
    expect([...data]).toEqual([0, 51, 0, 255, 102, 255]);
  });

  it('of a sequence are its numbers', async () => {
    const { example, png } = await picturedExample(dataSet([3], [1, 2, 4], null), 0);
    expect([example.values, png]).toEqual([[1, 2, 4], null]);
  });

  it('does not exist beyond the set', async () => {
    await expect(picturedExample(dataSet([1], [1], null), 1)).rejects.toThrow('expected a position from 0 to 0, got 1');
  });
});

describe('the process of a data set', () => {
  const open = (program: string): ExampleProcess => {
    const entry = join(runsFolder(), 'examples.mjs');
    writeFileSync(entry, program);
    return new ExampleProcess({ data: {}, seed: 1 } as unknown as ExampleSource, entry);
  };

  it('answers in the order of the questions', async () => {
    const process = open(`process.on('message', (input) => input.type === 'example' && process.send(
      input.position === 2 ? { type: 'failed', code: 'USAGE', message: 'no 2', stack: null }
        : { type: 'example', pictured: { example: { position: input.position }, png: null } }));`);
    const [one, two, three] = [process.get(1), process.get(2), process.get(3)];
    expect((await one).example.position).toBe(1);
    await expect(two).rejects.toMatchObject({ code: 'USAGE', message: 'no 2' });
    expect((await three).example.position).toBe(3);
    process.close();
    await process.ended;
    await expect(process.get(4)).rejects.toMatchObject({ code: 'TRAINER_DIED' });
  });

  it('that dies leaves no question without an answer', async () => {
    const process = open(`process.on('message', (input) => input.type === 'example' && globalThis.process.exit(3));`);
    await expect(process.get(1)).rejects.toMatchObject({ code: 'TRAINER_DIED' });
  });
});
