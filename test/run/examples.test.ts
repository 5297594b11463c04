import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { toFloat64 } from '../../src/base/index.ts';
import { quantitySchema } from '../../src/contract/index.ts';
import { loadDataSet, type DataSet } from '../../src/data/index.ts';
import { createExampleViewer, measureRun, startExampleViewer, type ExampleRequest } from '../../src/run/index.ts';
import { picturedExample } from '../../src/run/examples/picture.ts';
import { openRun, readCheckpoint } from '../../src/store/index.ts';
import { programOf } from '../workers/programs.ts';
import { execute, failureOf, runsFolder, smallRun } from './support.ts';

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
    const shape = [3, 1, 2];
    expect(example).toEqual({ position: 0, label: 1, className: 'one', shape, values: null, prediction: null });
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

const specification = smallRun({
  probes: [],
  duration: '40 iterations',
  checkpoints: { every: '20 iterations', keep: 2 },
});
const made = mkdtempSync(join(tmpdir(), 'thalweg-examples-'));
beforeAll(() => execute(specification, made));
afterAll(() => rmSync(made, { recursive: true, force: true }));

const wanted = (changes: Partial<ExampleRequest> = {}): ExampleRequest => ({
  runsDirectory: made,
  id: 'r',
  position: 3,
  at: 40,
  ...changes,
});

/** Softmax of the scores of the two layers of a checkpoint, in float64. */
function sharesOf(path: string, input: Float32Array): number[] {
  const { tensors } = readCheckpoint(path);
  const affine = (x: readonly number[], layer: number): number[] => {
    const [weight, bias] = ['weight', 'bias'].map((name) => toFloat64(tensors[`${layer}.${name}`]!));
    return [...bias!].map((b, j) => x.reduce((sum, value, i) => sum + value * weight![j * x.length + i]!, b));
  };
  const hidden = affine([...input], 1).map((value) => Math.max(0, value));
  const powers = affine(hidden, 3).map(Math.exp);
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}

describe('what a checkpoint predicts of an example', () => {
  it('is the class of the largest score, with its share of the softmax', async () => {
    const view = createExampleViewer();
    const data = await loadDataSet(specification.data, { seed: specification.seed });
    const run = openRun(made, 'r');
    const { path } = run.checkpoints().at(-1)!;
    run.close();
    const size = data.inputShape.reduce((product, length) => product * length, 1);
    for (let position = 0; position < 20; position++) {
      const { example } = await view(wanted({ position }));
      const shares = sharesOf(path, data.train.inputs.subarray(position * size, (position + 1) * size));
      const label = shares.indexOf(Math.max(...shares));
      expect(example.prediction).toMatchObject({ label, className: data.classNames[label] });
      expect(example.prediction!.probability).toBeCloseTo(shares[label]!, 5);
    }
  });

  it('is the label exactly where a measurement there calls an example correct, and at the beginning', async () => {
    const view = createExampleViewer();
    const traces = quantitySchema.parse({ kind: 'per-example-hessian-trace', examples: 12 });
    for (const at of [0, 40]) {
      const { tensors } = await measureRun({ runsDirectory: made, id: 'r', at, quantities: [traces], tensors: true });
      const [positions, correct] = ['position', 'correct'].map((name) => [
        ...toFloat64(tensors[`exampleTrace.${name}`]!),
      ]);
      for (const [index, position] of positions!.entries()) {
        const { label, prediction } = (await view(wanted({ position, at }))).example;
        expect([at, position, prediction!.label === label ? 1 : 0]).toEqual([at, position, correct![index]]);
      }
    }
  });

  it('is not told where nobody asks for it, where no checkpoint is, or of a set that the run did not have', async () => {
    const view = createExampleViewer();
    expect((await view(wanted({ at: null }))).example.prediction).toBeNull();
    expect(await failureOf(view(wanted({ at: 7 })))).toMatchObject({ code: 'RUN_STATE' });
    expect(await failureOf(view(wanted({ position: 400 })))).toMatchObject({ code: 'USAGE' });
    const runs = runsFolder();
    cpSync(made, runs, { recursive: true });
    const file = join(runs, 'r/run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/("digest": ")[0-9a-f]{4}/, '$10000'));
    expect(await failureOf(view(wanted({ runsDirectory: runs })))).toMatchObject({ code: 'DATA_INVALID' });
    expect((await view(wanted())).example.prediction).not.toBeNull();
  });
});

/** Programs that speak the protocol of a worker: they answer with their process as the label, or die at position 2. */
const viewer = `
  process.on('disconnect', () => process.exit());
  process.on('message', ({ request }) => {
    if (request?.position === 2) process.exit(3);
    if (request?.position === 3) return;
    process.send(request.position === 1
      ? { type: 'failed', code: 'USAGE', message: 'no 1', stack: null }
      : { type: 'ended', result: { example: { position: request.position, label: process.pid }, png: null } });
  });`;

describe('the process that shows examples', () => {
  const open = () => {
    const examples = startExampleViewer(programOf(viewer, 'viewer'));
    onTestFinished(() => examples.close());
    return (position: number) => examples.get(wanted({ position }));
  };

  it('answers every question with its own answer, and goes on after one that it cannot answer', async () => {
    const get = open();
    const [zero, one, four] = [get(0), get(1), get(4)];
    const { label } = (await zero).example;
    expect(await failureOf(one)).toMatchObject({ code: 'USAGE', message: 'no 1' });
    expect((await four).example).toEqual({ position: 4, label });
  });

  it('says how it ended, and another one answers the next question', async () => {
    const get = open();
    const [before, dead, after] = [get(0), get(2), get(4)];
    expect(await failureOf(dead)).toMatchObject({
      code: 'TRAINER_DIED',
      message: 'example 2: expected an answer from its process, it ended with exit code 3',
    });
    expect((await after).example.label).not.toBe((await before).example.label);
  });

  it('leaves no question without an answer when it is closed', async () => {
    const examples = startExampleViewer(programOf(viewer, 'viewer'));
    const begun = examples.get(wanted({ position: 0 }));
    const [hanging, waiting] = [examples.get(wanted()), examples.get(wanted({ position: 0 }))];
    await begun;
    await new Promise((resolve) => setImmediate(resolve));
    await examples.close();
    for (const question of [hanging, waiting]) expect(await failureOf(question)).toMatchObject({ code: 'INTERRUPTED' });
  });
});
