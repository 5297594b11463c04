import { describe, expect, it } from 'vitest';
import {
  brushesText,
  parseBrushes,
  parsePlaces,
  placesText,
  sweepProgress,
  sweepRuns,
  type SweepRecord,
} from '../../src/contract/index.ts';
import { listEntry } from '../web/sweeps/list-entry.ts';
import { finished, recordOf, unfinished, type MadeUpEnd } from '../web/sweeps/recorded-sweep.ts';

const axes = { 'optimizer.learningRate': [0.1, 1], 'optimizer.batchSize': [32, 64] };
const record = recordOf({ name: 'p', axes, seeds: 2 });

function progressOf(ends: Readonly<Record<string, MadeUpEnd>>, of: SweepRecord = record) {
  const entries = new Map(Object.entries(ends).map(([id, end]) => [id, listEntry(id, 1, end)]));
  const runs = sweepRuns(of, entries);
  return { runs, progress: sweepProgress(of, runs) };
}

describe('how far a sweep is', () => {
  it('is told from its runs', () => {
    const { runs, progress } = progressOf(
      {
        'p-c0-s1': finished(0.5),
        'p-c0-s2': unfinished('failed'),
        'p-c1-s1': unfinished('running'),
        'p-c2-s1': unfinished('interrupted'),
        'p-c3-s1': unfinished('interrupted'),
        'p-c3-s2': finished(0.5),
      },
      { ...record, dropped: [{ cell: 3, rung: '3 epochs' }] },
    );
    expect(runs.map(({ state }) => state)).toEqual([
      ...['finished', 'failed', 'running', 'missing'],
      ...['interrupted', 'missing', 'dropped', 'finished'],
    ]);
    expect(progress).toMatchObject({ runs: 8, ended: 4, counts: { finished: 2, dropped: 1, missing: 2, paused: 0 } });
    expect(runs[2]!.share).toBe(0.25);
  });

  it('foretells the time from finished runs of the cell, else from the cells that share the most values', () => {
    const { progress } = progressOf({
      'p-c0-s1': finished(0.5, 10),
      'p-c0-s2': finished(0.5, 20),
      'p-c1-s1': finished(0.5, 4),
      'p-c1-s2': unfinished('running'),
      'p-c2-s1': unfinished('running'),
    });
    // Cell 1: 0.75 · 4. Cell 2 shares the batch size with cell 0 (15 s), and cell 3 with cell 1 (4 s).
    expect(progress.secondsLeft).toBeCloseTo((0.75 * 4 + 1.75 * 15 + 2 * 4) / 2, 9);
  });

  it.each([
    ['nothing runs', { 'p-c0-s1': finished(0.5) }],
    ['no run is finished', { 'p-c0-s1': unfinished('running') }],
  ])('foretells no time while %s', (_, ends) => {
    expect(progressOf(ends).progress.secondsLeft).toBeNull();
  });
});

describe('choices in an address', () => {
  it('are read as they were written', () => {
    const places = { 'model.hidden': 2, 'a:b,c': 0 };
    const brushes = { testAccuracy: [0.25, 1], 'optimizer.name': [0, 0.5] } as const;
    expect(parsePlaces(placesText(places)!)).toEqual(places);
    expect(parseBrushes(brushesText(brushes)!)).toEqual(brushes);
    expect([placesText({}), brushesText({}), parsePlaces(''), parseBrushes('')]).toEqual([null, null, {}, {}]);
  });

  it.each(['a', 'a:', 'a:x', 'a:-1', 'a:1:2', ':1', '%E0%A4:1'])('%s is no place', (text) => {
    expect(parsePlaces(text)).toBeNull();
  });

  it.each(['a:1', 'a:1~0', 'a:0~2', 'a:0~1~1', 'a:0~x', ':0~1'])('%s is no brush', (text) => {
    expect(parseBrushes(text)).toBeNull();
  });
});
