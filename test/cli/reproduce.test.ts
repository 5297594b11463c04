import { describe, expect, it } from 'vitest';
import { createMakingDisplay } from '../../src/cli/making.ts';
import type { MakingMessage } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { Terminal, thalweg } from './terminal.ts';

describe('thalweg reproduce --no-run', () => {
  it('prints a ledger in which everything is refused where nothing was run', async () => {
    const runs = temporaryFolder();
    const { code, stdout, stderr } = await thalweg(['reproduce', 'R', '--no-run', '--scale', 'smoke', '--runs', runs]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^R at scale smoke \(a smoke result: it tests the machinery, not the claims\)\nclaim +verdict/,
    );
    expect(stdout).toMatch(/^R-data\.\S+ +refused +– +0 +–$/m);
    expect(stdout).toMatch(/^ {2}R-labels\.\S+ refused: \S+ was not (run|computed)$/m);
  });

  it('prints one document with --json, of several papers one for all', async () => {
    const runs = temporaryFolder();
    const common = ['--no-run', '--scale', 'smoke', '--runs', runs, '--json'];
    const one = JSON.parse((await thalweg(['reproduce', 'r', ...common])).stdout) as object;
    expect(one).toMatchObject({ paper: 'R', scale: 'smoke' });
    const two = JSON.parse((await thalweg(['reproduce', 'R', 'W', ...common])).stdout) as object;
    expect(two).toMatchObject({ scale: 'smoke', papers: [{ paper: 'W' }, { paper: 'R' }] });
  });
});

it('a figure of a paper names the run that it lacks', async () => {
  const folder = temporaryFolder();
  const argv = ['figure', '--figure', 'W-cos.walk', '--scale', 'smoke', '--runs', folder, '--out', `${folder}/a.svg`];
  const { code, stderr } = await thalweg(argv);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^thalweg: w-walk-\S+ was not run\n/);
});

describe('progress of a study', () => {
  const messages: MakingMessage[] = [
    { type: 'planned', total: 4, finished: 1 },
    { type: 'started', id: 'a', again: false },
    { type: 'progress', id: 'a', share: 0.5 },
    { type: 'finished', id: 'a' },
    { type: 'started', id: 'b', again: true },
    { type: 'failed', id: 'b', message: 'the disk is full' },
  ];

  it('without a terminal is a line for each trial, with the time left', () => {
    const { stdout } = new Terminal();
    let now = 0;
    const display = createMakingDisplay(stdout, 'trials', () => now);
    for (const message of messages) {
      display.show(message);
      now += 5000;
    }
    display.end();
    expect(stdout.text.split('\n')).toEqual([
      '4 trials, 1 of them are there',
      '2/4 · a · 0:30 left',
      '3/4 · b failed: the disk is full',
      '',
    ]);
  });

  it('on a terminal is a bar for all and one for each that runs', () => {
    const { stdout } = new Terminal({ isTTY: true });
    const display = createMakingDisplay(stdout, 'trials');
    for (const message of messages) display.show(message);
    display.note('stopping');
    display.end();
    expect(stdout.text).toContain('b failed: the disk is full');
    expect(stdout.text).toContain('stopping');
  });
});
