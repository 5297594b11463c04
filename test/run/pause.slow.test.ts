import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { TrainerMessage } from '../../src/contract/index.ts';
import { startRun } from '../../src/run/index.ts';
import { failureOf, fileAndLog, runsFolder, smallRun, statusOf } from './support.ts';

const worker = fileURLToPath(new URL('../../dist/run/worker.js', import.meta.url));
const patience = { timeout: 30_000 };

describe('a training process', () => {
  it('is paused, continued, paused and stopped by commands', async () => {
    const runs = runsFolder();
    const messages: TrainerMessage[] = [];
    const request = { specification: smallRun({ duration: '5000 epochs' }), runsDirectory: runs, id: 'r' };
    const trainer = startRun(
      { kind: 'execute', ...request },
      { onMessage: (message) => messages.push(message) },
      worker,
    );
    await expect.poll(() => messages.some(({ type }) => type === 'progress'), patience).toBe(true);
    trainer.pause();
    await expect.poll(() => statusOf(runs), patience).toBe('paused');
    const { iteration } = fileAndLog(runs).file;
    expect(iteration).toBeGreaterThan(0);
    trainer.continue();
    await expect.poll(() => fileAndLog(runs).file.iteration, patience).toBeGreaterThan(iteration);
    trainer.pause();
    await expect.poll(() => statusOf(runs), patience).toBe('paused');
    trainer.stop();
    trainer.pause();
    expect(await trainer.done).toMatchObject({ status: 'interrupted' });
  });

  it('that is killed while it is paused leaves an interrupted run', async () => {
    const runs = runsFolder();
    const request = { specification: smallRun(), runsDirectory: runs, id: 'r' };
    const trainer = startRun({ kind: 'execute', ...request }, { onMessage: () => undefined }, worker);
    trainer.pause();
    await expect.poll(() => statusOf(runs), patience).toBe('paused');
    trainer.kill();
    expect((await failureOf(trainer.done)).code).toBe('INTERRUPTED');
    expect(statusOf(runs)).toBe('interrupted');
  });
});
