import { describe, expect, it } from 'vitest';
import { executeRun } from '../../src/run/index.ts';
import { planSweep, readSweep } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { sweepFile, sweepOf } from '../sweep/support.ts';
import { Terminal, thalweg } from './terminal.ts';

const rates = (count: number) => ({
  grid: { 'optimizer.learningRate': { linear: { from: 0.1, to: 1, count } } },
});
const thousands = () => sweepFile(sweepOf({ ...rates(1001) }));

describe('thalweg sweep with too much', () => {
  it('is refused where nobody can be asked, with the number', async () => {
    const path = thousands();
    const { code, stderr } = await thalweg(['sweep', path, '--runs', temporaryFolder()]);
    expect(code).toBe(2);
    expect(stderr).toContain(`thalweg: ${path}: 1001 runs to make: expected --yes for so many`);
  });

  it('asks on a terminal, and makes nothing unless the answer is yes', async () => {
    const path = thousands();
    for (const answer of ['', 'no', 'yesterday']) {
      const terminal = new Terminal({ answers: [answer] });
      const { code, stderr } = await thalweg(['sweep', path, '--runs', temporaryFolder()], terminal);
      expect([code, terminal.questions]).toEqual([2, [`${path}: 1001 runs to make. Go on? [y/N] `]]);
      expect(stderr).toContain('not wanted');
    }
  });

  it('a million runs are not even planned, in a dry run neither', async () => {
    const path = sweepFile(sweepOf({ ...rates(10_000), seeds: 100 }));
    for (const more of [[], ['--dry-run']]) {
      const began = performance.now();
      const { code, stderr } = await thalweg(['sweep', path, ...more]);
      expect([code, performance.now() - began < 5000]).toEqual([2, true]);
      expect(stderr).toContain(': 1000000 runs before constraints: expected --yes for so many');
    }
  });
});

describe('thalweg sweep', () => {
  it('of what is there makes nothing and gives the table of its cells', async () => {
    const runs = temporaryFolder();
    const path = sweepFile(sweepOf({ seeds: 2 }));
    for (const { id, specification } of planSweep(readSweep(path)).runs)
      await executeRun(
        { specification, runsDirectory: runs, id },
        { onMessage: () => undefined, signal: new AbortController().signal },
      );
    const { code, stdout, stderr } = await thalweg(['sweep', path, '--runs', runs]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      '2 runs, 2 of them are there',
      'test: 2 runs in 1 cells (mean ± standard deviation over seeds)',
    ]);
    expect(lines[2]).toMatch(/^n +training loss +test accuracy +test loss/);
    expect(lines[3]).toMatch(/^2 +\d\.\d+ ± [\d.]+ +[\d.]+ ± [\d.]+ % +/);
    const json = JSON.parse((await thalweg(['sweep', path, '--runs', runs, '--json'])).stdout) as object;
    expect(json).toMatchObject({
      sweep: 'test',
      failures: [],
      cells: [{ finished: 2, dropped: null }],
      leftOut: { constraints: 0 },
    });
    const plan = await thalweg(['sweep', path, '--runs', runs, '--dry-run']);
    expect(plan.stdout.trimEnd().split('\n')).toEqual([
      'runs  there',
      '   2      2',
      '2 runs in 1 cells, 2 of them are there',
      'nothing is left to make',
    ]);
  });

  it('names the file, the axis and the nearest key of a mistake', async () => {
    const path = sweepFile(sweepOf({ grid: { 'optimizer.lerningRate': [1, 2] } }));
    const { code, stderr } = await thalweg(['sweep', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `thalweg: ${path}: axis optimizer.lerningRate, value 1: unknown key "lerningRate", did you mean "learningRate"?`,
    );
  });

  it('explains itself', async () => {
    const { code, stdout } = await thalweg(['sweep', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('$ thalweg sweep lr-bs.yaml --dry-run');
  });
});
