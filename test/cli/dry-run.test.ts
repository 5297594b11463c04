import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runPlanSchema } from '../../src/contract/index.ts';
import { smallRun } from '../run/support.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { Terminal, thalweg } from './terminal.ts';

let folder: string;
let words: string[];
beforeEach(() => {
  folder = temporaryFolder();
  const probes = [...smallRun().probes, { kind: 'hessian-spectrum', every: '8 iterations', examples: 60 } as const];
  const target = join(folder, 'walk.json');
  writeFileSync(target, JSON.stringify(smallRun({ probes: probes })));
  words = ['run', target, '--runs', join(folder, 'runs'), '--dry-run'];
});

describe('run --dry-run', () => {
  it('prints the plan with the price of each probe, ends with the total, and makes no run', async () => {
    const { code, stdout, stderr } = await thalweg(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'timing a few updates and measurements',
      'mnist-1d, seed 1: 16 iterations in 2 epochs, 826 parameters',
      '400 training and 100 test examples; cpu, 1 thread',
    ]);
    expect(lines[3]).toMatch(/^part +times +examples +products +time +share$/);
    expect(lines.slice(4).map((line) => line.split(/ +/)[0])).toEqual([
      'set-up',
      'updates',
      'evaluation',
      'interpolation',
      'gradient-cosine',
      'distance',
      'hessian-spectrum',
      'predicted:',
    ]);
    expect(lines[7]).toMatch(/^interpolation +10 +200 +48 \(4 each\) +\S+ s +\S+ %$/);
    expect(lines[10]).toMatch(
      /^hessian-spectrum +3 \(every 8 iterations\) +60 +≤ 1200 \(≤ 400 each\) +\S+( s)? +\S+ %$/,
    );
    expect(lines[11]).toMatch(/^predicted: at most \d+:\d\d$/);
    expect(readdirSync(folder)).toEqual(['walk.json']);
  });

  it('with --json writes exactly one document to standard output', async () => {
    const { code, stdout, stderr } = await thalweg([...words, '--json', '--set', 'duration=5 iterations']);
    expect(code).toBe(0);
    const plan = runPlanSchema.parse(JSON.parse(stdout));
    expect(plan).toMatchObject({ iterations: 5, seed: 1 });
    expect(stderr).toBe('timing a few updates and measurements\n');
    expect(readdirSync(folder)).toEqual(['walk.json']);
  });

  it.each([
    [['--serve'], 'run: expected no --serve beside --dry-run'],
    [['--set', 'probes.3.k=1000'], 'hessian-spectrum: expected k of at most 826 (the number of parameters), got 1000'],
    [['--set', 'probes.3.examples=401'], 'got 401'],
    [['--set', 'optimizer.learningRat=1'], 'unknown key "learningRat", did you mean "learningRate"?'],
  ])('with %j ends with 2, one line and a hint', async (more, message) => {
    const { code, stderr } = await thalweg([...words, ...more]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  it('ends with 130 after Ctrl-C', async () => {
    const terminal = new Terminal();
    const outcome = thalweg(words, terminal);
    while (terminal.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    terminal.signal();
    expect((await outcome).code).toBe(130);
  });
});
