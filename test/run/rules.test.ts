import { describe, expect, it } from 'vitest';
import type { SpecificationInput } from '../../src/contract/index.ts';
import {
  checkpointBytes,
  checkpointPath,
  execute,
  failureOf,
  fileAndLog,
  hooks,
  recordsOf,
  resume,
  runsFolder,
  smallRun,
  valuesOf,
} from './support.ts';
import { readCheckpoint } from '../../src/store/index.ts';

type Optimizer = SpecificationInput['optimizer'];

const cosine = { schedule: 'cosine', rate: 0.1, length: '2 epochs' } as const;

const rules: readonly (readonly [string, Optimizer, string[]])[] = [
  ['momentum with a cosine', { name: 'sgd', batchSize: 50, momentum: 0.9, learningRate: cosine }, ['momentum']],
  ['Nesterov', { name: 'sgd', batchSize: 50, momentum: 0.9, nesterov: true, learningRate: 0.05 }, ['momentum']],
  [
    'Adam with a warm-up',
    { name: 'adam', batchSize: 50, learningRate: { schedule: 'warmup', rate: 0.01, warmup: '1 epoch' } },
    ['firstMoment', 'secondMoment'],
  ],
  ['RMSProp', { name: 'rmsprop', batchSize: 50, learningRate: 0.005, momentum: 0.5 }, ['secondMoment', 'momentum']],
  ['SAM', { name: 'sam', batchSize: 50, learningRate: 0.1, momentum: 0.5 }, ['momentum']],
  ['Langevin dynamics', { name: 'langevin', batchSize: 50, learningRate: 0.1, decay: 'harmonic', box: [-1, 1] }, []],
  ['noise in the gradient', { name: 'sgd', batchSize: 50, noise: { kind: 'given', standardDeviation: 0.1 } }, []],
  [
    'ghost batches',
    { name: 'sgd', batchSize: 50, ghostBatchSize: 10, momentum: 0.9, learningRate: cosine },
    ['momentum'],
  ],
  ['a kept last batch', { name: 'sgd', batchSize: 150, lastBatch: 'keep', momentum: 0.9 }, ['momentum']],
  [
    'a kept last batch of ghost batches',
    { name: 'adam', batchSize: 150, ghostBatchSize: 50, lastBatch: 'keep', learningRate: 0.01 },
    ['firstMoment', 'secondMoment'],
  ],
  ['draws with replacement', { name: 'sgd', batchSize: 50, replacement: true }, []],
  ['full-batch momentum', { name: 'gd', chunkSize: 150, momentum: 0.9 }, ['momentum']],
];

const withRule = (optimizer: Optimizer) =>
  smallRun({ optimizer, duration: '16 iterations', probes: [{ kind: 'gradient-cosine' }], evaluate: '8 iterations' });

describe.each(rules)('training by %s', (_, optimizer, slots) => {
  it('that is interrupted and resumed gives the same numbers and bytes as training that is not', async () => {
    const runs = runsFolder();
    const specification = withRule(optimizer);
    await execute(specification, runs, 'whole');
    expect((await execute(specification, runs, 'r', hooks(7))).status).toBe('interrupted');
    expect((await resume(runs)).status).toBe('finished');
    expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
    expect(checkpointBytes(runs, 16) === checkpointBytes(runs, 16, 'whole')).toBe(true);
  });

  it('learns, and keeps what the rule remembers in checkpoints', async () => {
    const runs = runsFolder();
    await execute(withRule(optimizer), runs);
    const losses = valuesOf(runs, 'train.loss');
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const { tensors } = readCheckpoint(checkpointPath(runs, 16));
    const kept = Object.keys(tensors).filter((name) => name.startsWith('slot:'));
    const parameters = Object.keys(tensors).filter((name) => !name.includes(':'));
    expect(kept.sort()).toEqual(slots.flatMap((slot) => parameters.map((name) => `slot:${slot}:${name}`)).sort());
    for (const name of kept) expect(Array.from(tensors[name]!.data as Float32Array).some((v) => v !== 0)).toBe(true);
  });
});

describe('the learning rate', () => {
  it('of a schedule is recorded for each update', async () => {
    const runs = runsFolder();
    const steps = [{ at: '1 epoch', factor: 0.5 }];
    const learningRate = { schedule: 'step', rate: 0.5, steps } as const;
    await execute(withRule({ name: 'sgd', batchSize: 50, learningRate }), runs);
    expect(valuesOf(runs, 'learningRate')).toEqual([...Array<number>(8).fill(0.5), ...Array<number>(8).fill(0.25)]);
  });

  it('that is a number is not recorded', async () => {
    const runs = runsFolder();
    await execute(withRule({ name: 'sgd', batchSize: 50, learningRate: 0.5 }), runs);
    expect(recordsOf(runs)).not.toHaveProperty('learningRate');
  });

  it('of a constant schedule trains as the number does', async () => {
    const runs = runsFolder();
    await execute(withRule({ name: 'sgd', batchSize: 50, learningRate: 0.3 }), runs, 'number');
    const learningRate = { schedule: 'constant', rate: 0.3 } as const;
    await execute(withRule({ name: 'sgd', batchSize: 50, learningRate }), runs, 'schedule');
    expect(checkpointBytes(runs, 16, 'number') === checkpointBytes(runs, 16, 'schedule')).toBe(true);
  });
});

describe('ghost batches', () => {
  it('give the gradient of the whole batch, but for rounding', async () => {
    const runs = runsFolder();
    await execute(withRule({ name: 'sgd', batchSize: 50 }), runs, 'whole');
    await execute(withRule({ name: 'sgd', batchSize: 50, ghostBatchSize: 10 }), runs, 'ghosts');
    const [whole, ghosts] = [valuesOf(runs, 'batch.loss', 'whole'), valuesOf(runs, 'batch.loss', 'ghosts')];
    expect(ghosts).toHaveLength(16);
    ghosts.forEach((loss, index) => expect(loss).toBeCloseTo(whole[index]!, 4));
  });

  it('must divide the batch', async () => {
    expect(
      await failureOf(execute(withRule({ name: 'sgd', batchSize: 50, ghostBatchSize: 20 }), runsFolder())),
    ).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: 'optimizer.ghostBatchSize: expected a divisor of batchSize 50, got 20',
    });
  });
});

it('a checkpoint without the slots of the rule is passed over with a warning', async () => {
  const runs = runsFolder();
  const specification = withRule({ name: 'sgd', batchSize: 50, momentum: 0.9 });
  await execute(withRule({ name: 'sgd', batchSize: 50 }), runs, 'r', hooks(7));
  // The run goes on with another rule than it began with, which only a changed run.json can make happen.
  const { readFileSync, writeFileSync } = await import('node:fs');
  const path = `${runs}/r/run.json`;
  const file = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...file, specification }));
  expect((await resume(runs)).status).toBe('finished');
  expect(fileAndLog(runs).log.filter((line) => line.startsWith('checkpoint passed over'))).toEqual([
    expect.stringMatching(/: expected tensor "slot:momentum:1\.weight" as float32\[16,40\], got none$/) as string,
    expect.stringMatching(/: expected tensor "slot:momentum:1\.weight"/) as string,
  ]);
});

describe('regularisation', () => {
  const loss = { name: 'cross-entropy', l2: { strength: 0.1 } } as const;

  it('is part of every loss that is recorded, once', async () => {
    const runs = runsFolder();
    const probes = [{ kind: 'interpolation', points: 3 }, { kind: 'distance' }] as const;
    const specification = smallRun({ loss, probes: [...probes], duration: '4 iterations', evaluate: '1 iteration' });
    await execute(specification, runs, 'with');
    const plain = smallRun({ probes: [...probes], duration: '4 iterations', evaluate: '1 iteration' });
    await execute(plain, runs, 'without');
    const norm = valuesOf(runs, 'parameters.norm', 'with')[0]!;
    for (const series of ['train.loss', 'test.loss', 'batch.loss', 'interpolation.loss'] as const) {
      const [withTerm, without] = [valuesOf(runs, series, 'with')[0]!, valuesOf(runs, series, 'without')[0]!];
      expect(withTerm - without).toBeCloseTo(0.05 * norm ** 2, 4);
    }
  });

  it('keeps parameters smaller', async () => {
    const runs = runsFolder();
    const probes: SpecificationInput['probes'] = [{ kind: 'distance' }];
    await execute(smallRun({ loss, probes }), runs, 'with');
    await execute(smallRun({ probes }), runs, 'without');
    const last = (id: string): number => valuesOf(runs, 'parameters.norm', id).at(-1)!;
    expect(last('with')).toBeLessThan(last('without'));
  });
});

describe('training on', () => {
  it.each<NonNullable<SpecificationInput['loss']>>([
    { name: 'cross-entropy', temperature: 2 },
    { name: 'hinge' },
    { name: 'gcdf' },
    { name: 'kullback-leibler' },
    { name: 'log-loss' },
    { name: 'log-loss-gradient' },
    { name: 'squared-error', classes: 'mean' },
  ])('the loss %o lowers it', async (loss) => {
    const runs = runsFolder();
    await execute(smallRun({ loss, probes: [], optimizer: { name: 'sgd', learningRate: 0.05, batchSize: 50 } }), runs);
    const losses = valuesOf(runs, 'train.loss');
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });
});
