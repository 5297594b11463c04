import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Specification, TrainerMessage } from '../../src/contract/index.ts';
import { startRun, type RunProcess } from '../../src/run/index.ts';
import {
  checkpointBytes,
  execute,
  failureOf,
  fileAndLog,
  recordsOf,
  resume,
  runsFolder,
  smallDescent,
  smallRun,
  valuesOf,
} from './support.ts';

const worker = fileURLToPath(new URL('../../dist/run/worker.js', import.meta.url));
beforeAll(() => {
  expect(existsSync(worker), 'dist/run/worker.js is missing: npm run build makes it').toBe(true);
});

// Long enough that the reports of the first 400 updates arrive well before the end, also on a fast machine.
const total = 2500;
const long = { duration: `${total} iterations`, checkpoints: { every: '60 iterations', keep: 3 } };
const stochastic = smallRun(long);
const descent = smallDescent({
  ...long,
  probes: [{ kind: 'interpolation', points: 4 }, { kind: 'gradient-cosine' }, { kind: 'distance' }],
});

const changing = smallRun({
  ...long,
  changes: [{ at: '300 iterations', optimizer: { name: 'adam', learningRate: 0.001, batchSize: 100 } }],
});

/** Trains in a process of its own and does `act` to it at the first report of `iteration` or later. */
function startAnd(act: (trainer: RunProcess) => void, iteration: number, specification: Specification, runs: string) {
  let done = false;
  const onMessage = (message: TrainerMessage): void => {
    if (done || message.type !== 'progress' || message.iteration < iteration) return;
    done = true;
    act(trainer);
  };
  const request = { kind: 'execute', specification, runsDirectory: runs, id: 'r' } as const;
  const trainer = startRun(request, { onMessage }, worker);
  return trainer.done;
}

async function expectSameAsWhole(runs: string, specification: Specification): Promise<void> {
  await execute(specification, runs, 'whole');
  expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
  expect(checkpointBytes(runs, total) === checkpointBytes(runs, total, 'whole')).toBe(true);
}

describe('a training process', () => {
  it.each([
    ['SGD', 1, stochastic],
    ['SGD', 150, stochastic],
    ['SGD', 400, stochastic],
    ['full batch', 200, descent],
    ['a change of the rule at 300', 200, changing],
    ['a change of the rule at 300', 400, changing],
  ])(
    'that is killed while it trains (%s, from iteration %i) ends, resumed, as one that was not',
    async (_, at, spec) => {
      const runs = runsFolder();
      const error = await failureOf(startAnd((trainer) => trainer.kill(), at, spec, runs));
      expect(error).toMatchObject({
        code: 'INTERRUPTED',
        message: expect.stringContaining('thalweg resume r') as string,
      });
      const { file, checkpoints } = fileAndLog(runs);
      expect(file.status).toBe('interrupted');
      const recorded = valuesOf(runs, 'batch.loss').length;
      expect(recorded).toBeLessThan(total);
      expect(recorded).toBeGreaterThanOrEqual(checkpoints.at(-1) ?? 0);
      // The run file keeps the time of the killed session, and what it had measured.
      const seconds = file.summary!.seconds;
      expect(seconds).toBeGreaterThan(0);
      // The run file is written a few times a second at most: at the first update it may be older than the loss at iteration 0.
      if (at > 1) expect(file.summary!.trainLoss).toBeGreaterThan(0);
      expect((await resume(runs)).summary!.seconds).toBeGreaterThan(seconds);
      expect(fileAndLog(runs).log).toContain(`resumed at iteration ${checkpoints.at(-1) ?? 0}`);
      await expectSameAsWhole(runs, spec);
    },
  );

  it('hears that it shall stop while it trains, writes a checkpoint, and ends, resumed, as one that did not', async () => {
    const runs = runsFolder();
    const run = await startAnd((trainer) => trainer.stop(), 100, stochastic, runs);
    expect(run.status).toBe('interrupted');
    expect(run.iteration).toBeGreaterThanOrEqual(100);
    expect(run.iteration).toBeLessThan(total);
    expect(fileAndLog(runs)).toMatchObject({ file: { status: 'interrupted' } });
    expect(fileAndLog(runs).checkpoints.at(-1)).toBe(run.iteration);
    const request = { kind: 'resume', runsDirectory: runs, id: 'r' } as const;
    const finished = await startRun(request, { onMessage: () => undefined }, worker).done;
    expect(finished).toMatchObject({ status: 'finished', iteration: total });
    await expectSameAsWhole(runs, stochastic);
  });
});
