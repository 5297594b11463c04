import { describe, expect, it } from 'vitest';
import { figureCatalogue } from '../../src/figures/index.ts';
import { figureQuery, figureView, nearestOf, optionsFor } from '../../web/src/lib/figure-choices.ts';

const view = (query: string) => figureView(new URLSearchParams(query));

describe('what an address chooses in figures', () => {
  it('is a window, an iteration, a margin, an axis and a training loss', () => {
    expect(view('from=10&to=40.5&iteration=12&margin=softmax&axis=log&trainingLoss=0.25&other=1')).toEqual({
      window: [10, 40.5],
      iteration: 12,
      margin: 'softmax',
      axis: 'log',
      trainingLoss: 0.25,
    });
  });

  it.each(['from=10', 'from=40&to=10', 'iteration=-1', 'iteration=1.5', 'margin=none', 'axis=', 'trainingLoss=0'])(
    '%s chooses nothing',
    (query) => {
      expect(view(query)).toEqual({});
    },
  );

  it('reaches only figures that take it, at an iteration that was measured', () => {
    const chosen = view('from=0&to=100&iteration=37&margin=softmax&axis=log');
    expect(optionsFor(figureCatalogue.margins, chosen, [0, 20, 40, 60])).toEqual({
      window: [0, 100],
      iteration: 40,
      margin: 'softmax',
    });
    expect(optionsFor(figureCatalogue.heights, chosen, [])).toEqual({ window: [0, 100] });
  });

  it('is the same for a file of the figure', () => {
    expect(figureQuery({ width: 500, theme: 'dark', window: [0, 5], axis: 'log' })).toBe('from=0&to=5&axis=log');
    expect(figureQuery({})).toBe('');
  });
});

describe('the nearest member', () => {
  it('is the smaller one of two, and none of none', () => {
    expect(nearestOf(5, [0, 4, 6])).toBe(4);
    expect(nearestOf(5, [])).toBeUndefined();
  });
});
