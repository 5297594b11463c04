import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RunFile, Specification, TrainerMessage } from '../../src/contract/index.ts';
import { startRun, type RunRequest } from '../../src/run/index.ts';
import { WorkerPool, type Work } from '../../src/workers/index.ts';
import { checkpointBytes, failureOf, fileAndLog, recordsOf, runsFolder, smallDescent, smallRun } from './support.ts';

const program = fileURLToPath(new URL('../../dist/run/worker.js', import.meta.url));
beforeAll(() => {
  expect(existsSync(program), 'dist/run/worker.js is missing: npm run build makes it').toBe(true);
});

/** Everything that could remember what came before is in it: noise, labels, a sampled set, curvature from random probes. */
const measured = smallRun({
  data: { name: 'mnist-1d', examples: 400, testExamples: 100, labelNoise: { share: 0.1 } },
  optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 50, momentum: 0.9 },
  probes: [
    { kind: 'interpolation', points: 5, iterations: 5, examples: 200 },
    { kind: 'gradient-cosine' },
    { kind: 'distance' },
    { kind: 'hessian-trace', every: '4 iterations', method: 'hutchinson' },
    { kind: 'hessian-spectrum', every: '8 iterations' },
  ],
});

const diverging = smallRun({ optimizer: { name: 'sgd', learningRate: 1e12, batchSize: 50 } });
const endless = smallRun({ duration: '100000 iterations', evaluate: '1000 iterations', probes: [] });
const other = smallDescent({ model: { name: 'mlp', hidden: [8, 8] }, seed: 7 });

/** Runs in one process, one after the other. */
function inOneProcess(runsDirectory: string) {
  const pool = new WorkerPool<RunRequest, TrainerMessage, RunFile>({ program });
  onTestFinished(() => pool.close());
  return (
    id: string,
    specification: Specification,
    onMessage: (message: TrainerMessage, run: Work<RunFile>) => void,
  ) => {
    const request = { kind: 'execute', specification, runsDirectory, id } as const;
    const died = ({ how }: { how: string }): Error => new Error(how);
    const run: Work<RunFile> = pool.start({ request, onMessage: (message) => onMessage(message, run), died });
    return run.done;
  };
}

const silent = (): void => undefined;

describe('a process that trains several runs', () => {
  it('gives the fifth, after others, a diverged and a stopped one, the bits that it has alone', async () => {
    const runs = runsFolder();
    const train = inOneProcess(runs);
    await train('first', measured, silent);
    await train('other', other, silent);
    expect(await failureOf(train('diverged', diverging, silent))).toMatchObject({ code: 'TRAINING_DIVERGED' });
    const stopped = await train('stopped', endless, ({ type }, run) => type === 'progress' && run.stop());
    expect(stopped.status).toBe('interrupted');
    await train('fifth', measured, silent);
    const alone = { kind: 'execute', specification: measured, runsDirectory: runs, id: 'alone' } as const;
    await startRun(alone, { onMessage: silent }, program).done;
    expect(Object.keys(recordsOf(runs, 'alone'))).toContain('hessian.trace');
    const { iteration } = fileAndLog(runs, 'alone').file;
    for (const id of ['first', 'fifth']) {
      expect(recordsOf(runs, id)).toEqual(recordsOf(runs, 'alone'));
      expect(checkpointBytes(runs, iteration, id) === checkpointBytes(runs, iteration, 'alone')).toBe(true);
    }
  });
});
