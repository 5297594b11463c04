import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EpochClock, type TrainerMessage } from '../../src/contract/index.ts';
import type { Prepared } from '../../src/run/assemble.ts';
import { Progress } from '../../src/run/progress.ts';
import { smallRun } from './support.ts';

type Report = Extract<TrainerMessage, { type: 'progress' }>;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Two epochs of 4 updates, the first of each interpolated: it takes 3 s, the others 1 s. */
function follow(from = 0): Report[] {
  const specification = smallRun({ probes: [{ kind: 'interpolation', iterations: 1 }] });
  const prepared = { specification, clock: new EpochClock(4), totalIterations: 8 } as Prepared;
  const reports: Report[] = [];
  const progress = new Progress(prepared, from, (report) => reports.push(report));
  for (let iteration = from; iteration < 8; iteration++) {
    vi.advanceTimersByTime(iteration % 4 === 0 ? 3000 : 1000);
    progress.updated(iteration, 2 - iteration / 8);
  }
  return reports;
}

describe('the progress of a run', () => {
  it('says what is left from the cost of each kind of update, once both are known', () => {
    expect(follow().map(({ secondsLeft }) => secondsLeft)).toEqual([null, 8, 7, 6, 3, 2, 1, 0]);
  });

  it('counts updates, epochs and losses, and says what comes next', () => {
    const reports = follow();
    expect(reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(reports[1]).toMatchObject({ epoch: 0.5, loss: 1.875, totalIterations: 8, iterationsPerSecond: 1 });
    expect(reports.map(({ activity }) => activity === 'interpolating')).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((next) => next === 4),
    );
  });

  it('of a resumed run counts from where it goes on', () => {
    expect(follow(6).map(({ iteration, secondsLeft }) => [iteration, secondsLeft])).toEqual([
      [7, 1],
      [8, 0],
    ]);
  });

  it('is reported at most five times a second, and always at the end', () => {
    const prepared = {
      specification: smallRun({ probes: [] }),
      clock: new EpochClock(100),
      totalIterations: 100,
    } as unknown;
    const seen: number[] = [];
    const progress = new Progress(prepared as Prepared, 0, ({ iteration }) => seen.push(iteration));
    for (let iteration = 0; iteration < 100; iteration++) {
      vi.advanceTimersByTime(10);
      progress.updated(iteration, 1);
    }
    expect(seen).toEqual([1, 21, 41, 61, 81, 100]);
  });

  it('tells of evaluations that take longer than the time between two reports', () => {
    const prepared = { specification: smallRun(), clock: new EpochClock(4), totalIterations: 8 } as Prepared;
    const reports: Report[] = [];
    const progress = new Progress(prepared, 0, (report) => reports.push(report));
    progress.evaluating(null);
    expect(reports).toEqual([]);
    progress.updated(0, 2);
    progress.evaluating(0.1);
    expect(reports).toHaveLength(1);
    progress.evaluating(0.3);
    progress.evaluating(null);
    expect(reports.slice(1)).toEqual([1, 2].map(() => ({ ...reports[0], activity: 'evaluating' })));
  });
});
