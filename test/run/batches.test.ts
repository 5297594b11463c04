import { describe, expect, it } from 'vitest';
import type { SpecificationInput } from '../../src/contract/index.ts';
import { execute, failureOf, recordsOf, runsFolder, smallRun, valuesOf } from './support.ts';

type Batches = Partial<Extract<SpecificationInput['optimizer'], { name: 'sgd' }>>;

/** Two epochs in which θ hardly moves: losses of different updates are those of one network. */
const still = (batches: Batches) =>
  smallRun({ optimizer: { name: 'sgd', learningRate: 1e-30, ...batches }, probes: [], evaluate: '1 epoch' });

describe('batches of 150 out of 400 examples', () => {
  it('that keep the last one have means whose mean over examples is the training loss', async () => {
    const runs = runsFolder();
    const run = await execute(still({ batchSize: 150, lastBatch: 'keep' }), runs);
    expect(run).toMatchObject({ iterationsPerEpoch: 3, totalIterations: 6 });
    const losses = valuesOf(runs, 'batch.loss');
    const trainLoss = valuesOf(runs, 'train.loss')[0]!;
    for (const [a, b, last] of [losses.slice(0, 3), losses.slice(3)])
      expect((150 * a! + 150 * b! + 100 * last!) / 400).toBeCloseTo(trainLoss, 5);
  });

  it('that keep the last one have the same mean in ghost batches', async () => {
    const runs = runsFolder();
    await execute(still({ batchSize: 150, lastBatch: 'keep' }), runs, 'whole');
    await execute(still({ batchSize: 150, lastBatch: 'keep', ghostBatchSize: 50 }), runs, 'ghosts');
    const [whole, ghosts] = [valuesOf(runs, 'batch.loss', 'whole'), valuesOf(runs, 'batch.loss', 'ghosts')];
    expect(ghosts).toHaveLength(6);
    ghosts.forEach((loss, index) => expect(loss).toBeCloseTo(whole[index]!, 5));
  });

  it('drop it by default', async () => {
    const runs = runsFolder();
    expect((await execute(still({ batchSize: 150 }), runs)).iterationsPerEpoch).toBe(2);
    expect(valuesOf(runs, 'batch.loss')).toHaveLength(4);
  });

  it('cannot keep one that is not of whole ghost batches', async () => {
    const failure = failureOf(execute(still({ batchSize: 150, lastBatch: 'keep', ghostBatchSize: 30 }), runsFolder()));
    expect(await failure).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message:
        'optimizer.ghostBatchSize: expected a divisor of the last batch of 100 examples, which is kept, got 30; lastBatch: drop leaves it out',
    });
  });
});

describe('batches drawn with replacement', () => {
  it('do not cover an epoch, and are others in every update', async () => {
    const runs = runsFolder();
    const run = await execute(still({ batchSize: 50, replacement: true }), runs);
    expect(run.iterationsPerEpoch).toBe(8);
    const losses = valuesOf(runs, 'batch.loss');
    const mean = losses.slice(0, 8).reduce((sum, loss) => sum + loss, 0) / 8;
    expect(Math.abs(mean - valuesOf(runs, 'train.loss')[0]!)).toBeGreaterThan(1e-4);
    expect(new Set(losses).size).toBe(16);
  });

  it('that differ in size in a changed run have streams of their own', async () => {
    const runs = runsFolder();
    const optimizer = { name: 'sgd', learningRate: 1e-30, batchSize: 50, replacement: true } as const;
    const specification = still(optimizer);
    const later = { ...specification.optimizer, batchSize: 100 } as typeof specification.optimizer;
    const changes = [{ at: '8 iterations', optimizer: later }];
    await execute({ ...specification, changes, duration: '16 iterations' }, runs);
    expect(new Set(recordsOf(runs)['batch.loss']!.value).size).toBe(16);
  });

  it('have no shorter last one', async () => {
    const failure = failureOf(execute(still({ replacement: true, lastBatch: 'keep' }), runsFolder()));
    expect(await failure).toMatchObject({
      message: 'optimizer.lastBatch: expected drop with replacement, because every batch is full, got keep',
    });
  });
});
