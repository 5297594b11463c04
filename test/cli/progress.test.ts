import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import type { TrainerMessage } from '../../src/contract/index.ts';
import { Terminal } from './terminal.ts';

const started: TrainerMessage = {
  type: 'started',
  run: 'r1',
  directory: 'runs/r1',
  totalIterations: 100,
  iteration: 0,
};

const progress = (iteration: number, loss = 0.5): TrainerMessage => ({
  type: 'progress',
  iteration,
  totalIterations: 100,
  epoch: iteration / 40,
  loss,
  iterationsPerSecond: 12.3456,
  secondsLeft: 65,
  activity: 'interpolating',
});

describe('progress without a terminal', () => {
  function lines(...events: readonly (readonly [second: number, message: TrainerMessage])[]): string[] {
    const { stdout } = new Terminal();
    let now = 0;
    const display = createProgress(stdout, () => now);
    for (const [second, message] of events) {
      now = 1000 * second;
      display.show(message);
    }
    display.end();
    return stdout.text.split('\n').slice(0, -1);
  }

  it('is a plain line with place, loss, rate, time left and activity', () => {
    expect(lines([0, started], [1, progress(10, NaN)])).toEqual([
      'iteration 10/100 (10 %) · loss NaN · 12.3 it/s · 1:05 left · interpolating',
    ]);
  });

  it('comes every five seconds or tenth of the way, whichever is first', () => {
    const shown = lines(
      [0, started],
      [1, progress(3)],
      [4.9, progress(5)],
      [5.1, progress(6)],
      [6, progress(9)],
      [6.5, progress(10)],
      [7, progress(19)],
    );
    expect(shown.map((line) => /^iteration (\d+)/.exec(line)![1])).toEqual(['6', '10']);
  });

  it('counts tenths from where a resumed run goes on', () => {
    expect(lines([0, { ...started, iteration: 50 }], [1, progress(51)])).toEqual([]);
  });

  it('passes log lines on, with their level when it matters', () => {
    const log = (level: 'info' | 'warn'): TrainerMessage => ({ type: 'log', level, message: 'a word' });
    expect(lines([0, log('info')], [0, log('warn')])).toEqual(['a word', 'warn: a word']);
  });
});

describe('progress on a terminal', () => {
  it('is a bar; notes stand on lines of their own above it', () => {
    const { stdout } = new Terminal({ isTTY: true });
    const display = createProgress(Object.assign(stdout, { cursorTo: () => true, clearLine: () => true }));
    display.note('before');
    display.show(started);
    display.show(progress(50));
    display.note('between');
    display.end();
    display.note('after');
    expect(stdout.text).toContain('before\n');
    expect(stdout.text).toContain('between\n');
    expect(stdout.text).toContain('0/100');
    expect(stdout.text).toContain('50/100  loss 0.5  12.3 it/s  1:05 left  interpolating');
    expect(stdout.text.endsWith('after\n')).toBe(true);
  });
});
