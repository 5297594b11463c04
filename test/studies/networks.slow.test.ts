import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint, openRun } from '../../src/store/index.ts';
import { networkStudies } from '../../src/studies/networks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const data = process.env['THALWEG_DATA'] ?? join(root, '../shared/data');

interface Answer {
  readonly run: string;
  readonly status: string;
  readonly iterations: number;
  readonly totalIterations: number;
  readonly trainLoss: number;
  readonly testAccuracy: number;
}

describe('at smoke scale', () => {
  let runs: string;
  beforeAll(() => {
    expect(existsSync(data), `data sets are read from $THALWEG_DATA or ${data}`).toBe(true);
    runs = mkdtempSync(join(tmpdir(), 'thalweg-networks-'));
  });
  afterAll(() => rmSync(runs, { recursive: true, force: true }));

  it.each(networkStudies.map(({ name }) => name))(
    '%s trains to its end and leaves a whole checkpoint',
    async (name) => {
      const options = ['--scale', 'smoke', '--data', data, '--runs', runs, '--json'];
      const argv = [join(root, 'dist/cli/main.js'), 'run', name, ...options];
      // Not synchronously: vitest hears nothing from a worker that waits, and gives it up after a minute.
      const { stdout } = await promisify(execFile)(process.execPath, argv);
      const answer = JSON.parse(stdout) as Answer;
      expect(answer).toMatchObject({ study: name, status: 'finished', iterations: answer.totalIterations });
      expect(answer.totalIterations).toBeGreaterThan(0);
      expect(Number.isFinite(answer.trainLoss)).toBe(true);
      expect(answer.testAccuracy).toBeGreaterThanOrEqual(0);

      const run = openRun(runs, answer.run);
      const losses = [...run.records('batch.loss').value];
      const [checkpoint] = run.checkpoints().slice(-1);
      run.close();
      expect(losses).toHaveLength(answer.totalIterations);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(Object.keys(readCheckpoint(checkpoint!.path).tensors).length).toBeGreaterThan(2);
    },
  );
});
