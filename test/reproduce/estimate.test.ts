import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { estimateTrials, planTrials } from '../../src/reproduce/index.ts';
import { planRun } from '../../src/run/index.ts';
import { PriceBook } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { testPaper } from './paper.ts';

test('an estimate times one run of each kind, takes what computations state, and leaves nothing behind', async () => {
  const runsDirectory = join(temporaryFolder(), 'runs');
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  const prices = new PriceBook({
    dataDirectory: undefined,
    planner: (request) => planRun(request),
    file: null,
    onNote,
  });
  const hooks = { prices, onNote, signal: new AbortController().signal };
  const plans = await estimateTrials({ trials: planTrials(testPaper, 'smoke'), runsDirectory }, hooks);
  // Two learning rates and three seeds have one price.
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^timing w-rates-0\.1-s1-/);
  expect(plans.map(({ experiment, trials, finished }) => [experiment, trials, finished])).toEqual([
    ['W-rates', 6, 0],
    ['W-sums', 3, 0],
  ]);
  expect(plans[0]!.seconds).toBeGreaterThan(0);
  expect(plans[1]!.seconds).toBe(3);
  expect(existsSync(runsDirectory)).toBe(false);
});
