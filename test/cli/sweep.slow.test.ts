import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSweepRecord } from '../../src/store/index.ts';
import { planSweep, readSweep } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { root } from '../docs/markdown.ts';
import { reached, requireProgram, runFile, start, thalweg, values } from './program.ts';

beforeAll(requireProgram);

/** Prices are not kept where those of a user are. */
beforeEach(() => void vi.stubEnv('XDG_CACHE_HOME', temporaryFolder()));
afterEach(() => void vi.unstubAllEnvs());

const file = join(root, 'docs', 'examples', 'lr-bs.yaml');
const short = ['--set', 'duration=2 epochs', '--set', 'data.examples=1000'];

describe('the example of a sweep', () => {
  it('plans what it says: three learning rates, three batch sizes, five seeds', () => {
    const plan = planSweep(readSweep(file));
    expect([plan.cells.length, plan.runs.length]).toEqual([9, 45]);
  });

  it('has a dry run with the cells, the number of runs, and what they cost with the workers', async () => {
    const runs = temporaryFolder();
    const { code, stdout } = await thalweg('sweep', file, ...short, '--workers', '2', '--dry-run', '--runs', runs);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +0\.03 +32 +5 +0$/m);
    expect(stdout).toMatch(
      /^45 runs in 9 cells, 0 of them are there\npredicted: \d+:\d\d with 2 workers of \d+ threads?, \d+ MB each$/m,
    );
    expect(readdirSync(runs)).toEqual([]);
  });

  it('goes on after Ctrl-C with the numbers of one that was not stopped, whatever the number of workers', async () => {
    const [stopped, whole] = [temporaryFolder(), temporaryFolder()];
    const argv = ['sweep', file, ...short, '--seeds', '1', '--workers', '2'];
    const { runs } = planSweep(readSweep(file, { seeds: 1 }), [short[1]!, short[3]!]);
    const first = start(...argv, '--runs', stopped);
    await reached(stopped, runs[1]!.id, 3);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    expect(first.output.stdout).toContain('stopping: runs write a checkpoint');
    expect(readSweepRecord(stopped, 'lr-bs')!.state).toBe('idle');
    expect(runs.some(({ id }) => existsSync(join(stopped, id)) && runFile(stopped, id).status === 'interrupted')).toBe(
      true,
    );
    const second = await thalweg(...argv, '--runs', stopped);
    expect([second.code, second.stderr]).toEqual([0, '']);
    const one = await thalweg('sweep', file, ...short, '--seeds', '1', '--workers', '1', '--runs', whole);
    expect(one.code).toBe(0);
    const threads = ({ id }: { readonly id: string }) =>
      [stopped, whole].map((folder) => runFile(folder, id).environment.threads);
    for (const run of runs) {
      expect(runFile(stopped, run.id).status).toBe('finished');
      // Sums in another order differ in their last digits: bits are compared where the threads are the same.
      const [a, b] = [values(stopped, run.id), values(whole, run.id)];
      expect(Object.keys(a)).toEqual(Object.keys(b));
      if (new Set(threads(run)).size === 1) expect(a).toEqual(b);
      else a['train.loss']!.forEach((value, at) => expect(value / b['train.loss']![at]!).toBeCloseTo(1, 3));
    }
  });
});
