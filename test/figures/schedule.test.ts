import { expect, it } from 'vitest';
import { scheduleFigure } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';

const draw = (rates: readonly number[]): string =>
  renderSvg(scheduleFigure({ title: 'A plan', subtitle: 'step 0.1', learningRates: Float64Array.from(rates) }));

/** Commands of the one line of a figure. */
const lineOf = (svg: string): string => /aria-label="line"[^>]*><path[^>]* d="([^"]*)"/.exec(svg)![1]!;

it('a schedule is drawn in steps: each learning rate holds for its update', () => {
  const path = lineOf(draw([0.1, 0.1, 0.01]));
  const heights = [...path.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, , y]) => Number(y));
  expect(new Set(heights).size).toBe(2);
  expect(path).not.toBe(lineOf(draw([0.1, 0.01, 0.01])));
});

it('a schedule of one update is a line across', () => {
  expect(draw([0.1])).toContain('A plan: Learning rate');
  expect(lineOf(draw([0.1]))).not.toBe('');
});
