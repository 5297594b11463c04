import { describe, expect, it } from 'vitest';
import type { SpecificationInput } from '../../src/contract/index.ts';
import { forkRun, learningRates } from '../../src/run/index.ts';
import { readCheckpoint } from '../../src/store/index.ts';
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

type Optimizer = SpecificationInput['optimizer'];
type Changes = NonNullable<SpecificationInput['changes']>;

const sgd = { name: 'sgd', learningRate: 0.1, batchSize: 50 } as const;
const gd = { name: 'gd', learningRate: 0.1, chunkSize: 150 } as const;
const momentum = { ...sgd, momentum: 0.9, learningRate: 0.05 } as const;
const adam = { name: 'adam', learningRate: 0.01, batchSize: 100 } as const;

/** 16 updates with a checkpoint every 5, and records of what one update leaves to the next. */
const changed = (optimizer: Optimizer, changes: Changes, rest: Partial<SpecificationInput> = {}) =>
  smallRun({
    optimizer,
    changes,
    duration: '16 iterations',
    probes: [{ kind: 'gradient-cosine' }, { kind: 'distance' }],
    evaluate: '8 iterations',
    ...rest,
  });

/** The same without measurements that cost time. */
const bare = (optimizer: Optimizer, changes: Changes, rest: Partial<SpecificationInput> = {}) =>
  changed(optimizer, changes, { probes: [], checkpoints: { every: '1 iteration', keep: 17 }, ...rest });

const sameBytes = (runs: string, one: string, other: string, iteration = 16): boolean =>
  checkpointBytes(runs, iteration, one) === checkpointBytes(runs, iteration, other);

describe('a run whose rule changes', () => {
  const rules: [string, number[], Optimizer, Changes][] = [
    ['to Adam with other batches', [10, 11, 12], momentum, [{ at: '11 iterations', optimizer: adam }]],
    ['to another rate', [11], momentum, [{ at: '11 iterations', optimizer: { ...momentum, learningRate: 0.01 } }]],
    [
      'from the noisy full batch to SGD',
      [11, 13],
      { ...gd, noise: { kind: 'initial-variance', examples: 50 } },
      [{ at: '11 epochs', optimizer: { ...sgd, lastBatch: 'keep', batchSize: 150 } }],
    ],
    [
      'between draws with replacement',
      [12],
      { ...sgd, replacement: true },
      [{ at: '11 iterations', optimizer: { ...sgd, batchSize: 100, replacement: true } }],
    ],
  ];
  for (const [name, stops, optimizer, changes] of rules)
    it(`${name} at update 11 is exact when it stops at ${stops.join(', ')}`, async () => {
      const runs = runsFolder();
      const specification = changed(optimizer, changes);
      await execute(specification, runs, 'whole');
      for (const stop of stops) {
        const id = `stopped-${stop}`;
        expect((await execute(specification, runs, id, hooks(stop))).iteration).toBe(stop);
        await resume(runs, id);
        expect(recordsOf(runs, id)).toEqual(recordsOf(runs, 'whole'));
        expect(sameBytes(runs, id, 'whole')).toBe(true);
      }
    });

  it('to the same rule in the middle of an epoch is one whose rule does not change', async () => {
    const runs = runsFolder();
    await execute(changed(momentum, [{ at: '11 iterations', optimizer: momentum }]), runs, 'changed');
    await execute(changed(momentum, []), runs, 'plain');
    expect(recordsOf(runs, 'changed')).toEqual(recordsOf(runs, 'plain'));
    expect(sameBytes(runs, 'changed', 'plain')).toBe(true);
    expect(recordsOf(runs, 'changed')).not.toHaveProperty('learningRate');
  });

  it.each([
    ['momentum', momentum],
    ['Adam', adam],
  ])('only in its learning rate goes on as a schedule with that step does (%s)', async (_, optimizer) => {
    const runs = runsFolder();
    const { learningRate: rate } = optimizer;
    const steps = [{ at: '11 iterations', factor: 0.5 }];
    const learningRate = { schedule: 'step', rate, steps } as const;
    await execute(bare({ ...optimizer, learningRate }, []), runs, 'schedule');
    const half: Optimizer = { ...optimizer, learningRate: rate / 2 };
    await execute(bare(optimizer, [{ at: '11 iterations', optimizer: half }]), runs, 'changed');
    expect(recordsOf(runs, 'changed')).toEqual(recordsOf(runs, 'schedule'));
    expect(sameBytes(runs, 'changed', 'schedule')).toBe(true);
  });

  it('to a rule of another name begins it anew: the first step of Adam is η in every coordinate', async () => {
    const runs = runsFolder();
    await execute(bare(momentum, [{ at: '8 iterations', optimizer: adam }]), runs);
    const at = (iteration: number) => readCheckpoint(checkpointPath(runs, iteration)).tensors;
    const [before, after] = [at(8), at(9)];
    expect(Object.keys(before)).toContain('slot:momentum:1.weight');
    expect(Object.keys(after).filter((name) => name.startsWith('slot:momentum'))).toEqual([]);
    const second = after['slot:secondMoment:1.weight']!.data as Float32Array;
    const [old, next] = [before, after].map((tensors) => tensors['1.weight']!.data as Float32Array);
    let compared = 0;
    for (const [index, moment] of second.entries()) {
      // v = (1 − β₂)g²: where |g| ≫ ε the first step is η·g/|g|.
      if (Math.sqrt(moment / 0.001) < 1e-4) continue;
      compared++;
      expect(Math.abs(next![index]! - old![index]!)).toBeCloseTo(adam.learningRate, 5);
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('is interpolated, evaluated and counted in the epochs of each rule', async () => {
    const runs = runsFolder();
    const probes: SpecificationInput['probes'] = [{ kind: 'interpolation', points: 3, epochs: [2, 5], iterations: 2 }];
    const specification = bare(gd, [{ at: '4 epochs', optimizer: sgd }], {
      duration: '6 epochs',
      evaluate: '1 epoch',
      checkpoints: { every: '1 epoch', keep: 2, keepEvery: '2 epochs' },
      probes,
    });
    const run = await execute(specification, runs);
    expect(run).toMatchObject({ totalIterations: 20, iterationsPerEpoch: 1, summary: { epochs: 6 } });
    expect(run.epochChanges).toEqual([{ iteration: 4, epoch: 4, iterationsPerEpoch: 8 }]);
    const records = recordsOf(runs);
    expect([...records['test.loss']!.iteration]).toEqual([0, 1, 2, 3, 4, 12, 20]);
    expect([...records['interpolation.height']!.iteration]).toEqual([1, 4, 5]);
    expect(fileAndLog(runs).checkpoints).toEqual([2, 4, 12, 20]);
  });

  it('ends the epoch it is in when its batches change', async () => {
    const runs = runsFolder();
    const optimizer: Optimizer = { ...sgd, batchSize: 100 };
    const specification = bare(sgd, [{ at: '11 iterations', optimizer }], {
      duration: '4 epochs',
      evaluate: '1 epoch',
    });
    const run = await execute(specification, runs);
    expect(run.epochChanges).toEqual([{ iteration: 11, epoch: 2, iterationsPerEpoch: 4 }]);
    expect([...recordsOf(runs)['test.loss']!.iteration]).toEqual([0, 8, 11, 15, 19]);
  });
});

describe('the learning rate of a run whose rule changes', () => {
  const warmup = { schedule: 'warmup', rate: 0.4, warmup: '1 epoch' } as const;
  const rates = [...Array<number>(11).fill(0.1), 0, 0.1, 0.2, 0.3, 0.4];

  it('is recorded, and a schedule begins with its rule, in its epochs', async () => {
    const runs = runsFolder();
    const optimizer: Optimizer = { ...sgd, batchSize: 100, learningRate: warmup };
    const specification = bare(sgd, [{ at: '11 iterations', optimizer }]);
    await execute(specification, runs);
    valuesOf(runs, 'learningRate').forEach((rate, t) => expect(rate).toBeCloseTo(rates[t]!, 12));
    expect([...(await learningRates(specification, undefined))]).toEqual(valuesOf(runs, 'learningRate'));
  });

  it('is recorded where one number follows another', async () => {
    const runs = runsFolder();
    await execute(bare(sgd, [{ at: '12 iterations', optimizer: { ...sgd, learningRate: 0.01 } }]), runs);
    expect(valuesOf(runs, 'learningRate')).toEqual([...Array<number>(12).fill(0.1), ...Array<number>(4).fill(0.01)]);
  });
});

describe('a fork of a run whose rule changes', () => {
  const changes: Changes = [{ at: '11 iterations', optimizer: adam }];
  const fork = (runsDirectory: string, at: number, id: string, specification = bare(momentum, changes)) =>
    forkRun({ runsDirectory, parent: 'changed', at, id, specification }, hooks());

  it.each([10, 11, 12])('that changes nothing ends as its parent did (at %i)', async (at) => {
    const runs = runsFolder();
    await execute(changed(momentum, changes), runs, 'changed');
    await fork(runs, at, 'f', changed(momentum, changes));
    expect(recordsOf(runs, 'f')).toEqual(recordsOf(runs, 'changed'));
    expect(sameBytes(runs, 'f', 'changed')).toBe(true);
  });

  it('can leave the change out, or put it in, where it is', async () => {
    const runs = runsFolder();
    await execute(bare(momentum, changes), runs, 'changed');
    await execute(bare(momentum, []), runs, 'plain');
    await fork(runs, 11, 'without', bare(momentum, []));
    expect(recordsOf(runs, 'without')['batch.loss']).toEqual(recordsOf(runs, 'plain')['batch.loss']);
    expect(sameBytes(runs, 'without', 'plain')).toBe(true);
    const request = { runsDirectory: runs, parent: 'plain', at: 11, id: 'with' };
    await forkRun({ ...request, specification: bare(momentum, changes) }, hooks());
    expect(recordsOf(runs, 'with')['batch.loss']).toEqual(recordsOf(runs, 'changed')['batch.loss']);
    expect(sameBytes(runs, 'with', 'changed')).toBe(true);
  });
});

describe('changes that cannot be', () => {
  it.each<[string, Changes, string]>([
    [
      'after the end',
      [{ at: '2 epochs', optimizer: sgd }],
      'changes.0.at: expected a place before the end at iteration 16 ("16 iterations"), got "2 epochs" (iteration 16)',
    ],
    [
      'out of order',
      [
        { at: '1 epoch', optimizer: sgd },
        { at: '8 iterations', optimizer: gd },
      ],
      'changes.1.at: expected a place later than iteration 8, where the rule before begins, got "8 iterations" (iteration 8)',
    ],
    [
      'to batches that are too large',
      [{ at: '1 epoch', optimizer: { ...sgd, batchSize: 500 } }],
      'changes.0.optimizer.batchSize: expected 1 to 400, the training examples, got 500',
    ],
    [
      'to a last batch that replacement does not have',
      [{ at: '1 epoch', optimizer: { ...sgd, replacement: true, lastBatch: 'keep' } }],
      'changes.0.optimizer.lastBatch: expected drop with replacement, because every batch is full, got keep',
    ],
    [
      'to ghost batches that do not divide',
      [{ at: '1 epoch', optimizer: { ...sgd, ghostBatchSize: 20 } }],
      'changes.0.optimizer.ghostBatchSize: expected a divisor of batchSize 50, got 20',
    ],
  ])('%s are refused before a run begins', async (_, changes, message) => {
    const error = await failureOf(execute(bare(sgd, changes), runsFolder()));
    expect(error).toMatchObject({ code: 'SPECIFICATION_INVALID', message });
  });

  it('to noise measured on single examples are refused with batch normalisation, before a run begins', async () => {
    const optimizer: Optimizer = { ...sgd, noise: { kind: 'initial-variance' } };
    const model: SpecificationInput['model'] = { name: 'fc6', units: 8 };
    const runs = runsFolder();
    const error = await failureOf(execute(bare(sgd, [{ at: '1 epoch', optimizer }], { model }), runs));
    expect(error.message).toMatch(/^changes\.0\.optimizer\.noise: expected a model without batch normalisation/);
  });
});

it('with batch statistics the loss between iterates is that of batches of the current size', async () => {
  const runs = runsFolder();
  const model: SpecificationInput['model'] = { name: 'fc6', units: 8 };
  const probes: SpecificationInput['probes'] = [{ kind: 'interpolation', points: 3, iterations: 2 }];
  const optimizer: Optimizer = { ...sgd, batchSize: 100 };
  const rest = { model, probes, duration: '10 iterations' };
  await execute(changed(sgd, [], rest), runs, 'small');
  await execute(changed(sgd, [{ at: '8 iterations', optimizer }], rest), runs, 'changed');
  const request = { runsDirectory: runs, parent: 'small', at: 8, id: 'large' };
  await forkRun({ ...request, specification: changed(optimizer, [], rest) }, hooks());
  const lossAt8 = (id: string): number => {
    const { iteration, coordinate, value } = recordsOf(runs, id)['interpolation.loss']!;
    return value[iteration.findIndex((t, row) => t === 8 && coordinate[row] === 0)]!;
  };
  expect(lossAt8('changed')).toBe(lossAt8('large'));
  expect(lossAt8('changed')).not.toBe(lossAt8('small'));
});
