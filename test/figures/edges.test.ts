import { describe, expect, it } from 'vitest';
import type { SeriesName } from '../../src/contract/index.ts';
import { buildFigure } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { evenly, textsOf } from './drawing.ts';
import { record, sourceOf } from './synthetic-walk.ts';

const walk = { iterationsPerEpoch: 20, iterations: 40, interpolated: 6, points: 5, seed: 1 };
const figureOf = (id: string, series: SeriesName, values: readonly number[], options = {}) =>
  buildFigure(
    id,
    sourceOf(
      values.map((value, t) => record(series, t, value)),
      walk,
    ),
    options,
  );
/** How many points each group of marks of a figure has. */
const marksOf = (figure: ReturnType<typeof figureOf>): number[] =>
  [...renderSvg(figure).matchAll(/<g [^>]*aria-label="dot"[^>]*>(.*?)<\/g>/g)].map(
    ([, inside]) => [...inside!.matchAll(/<(path|circle)/g)].length,
  );

describe('values without a place on an axis', () => {
  it('are marked at its edges, each kind by itself, and counted in a note', () => {
    const figure = figureOf('gradient', 'gradient.norm', [1, NaN, 2, Infinity, Infinity, 0, -3, 2, 1]);
    expect(figure.panels[0]!.notes).toEqual([
      'marked at the edge: ▲ 2 values are +∞; ▼ 2 values are ≤ 0, which a logarithmic axis cannot show; × 1 value is not a number',
    ]);
    // Four points have neighbours or stand alone; then two marks above, two below, and a cross.
    expect(marksOf(figure).slice(-3)).toEqual([2, 2, 1]);
  });

  it('have their place on a linear axis, where they are finite', () => {
    const figure = figureOf('gradient', 'gradient.norm', [1, 0, -3, 2, -Infinity], { axis: 'linear' });
    expect(figure.panels[0]!.notes).toEqual(['marked at the edge: ▼ 1 value is −∞']);
  });

  it('outside the window are not counted', () => {
    const figure = figureOf('gradient', 'gradient.norm', [NaN, 1, 2, 3, NaN], { window: [1, 3] });
    expect(figure.panels[0]!.notes).toEqual([]);
  });

  it('are counted in all figures of the walk, but gaps without a measurement are not', () => {
    const records = [0, 1, 5, 6].flatMap((t) => [
      record('interpolation.loss', t, t === 5 ? NaN : 1, 0),
      record('interpolation.floor', t, 1, 0.5),
    ]);
    const figure = buildFigure('walk', sourceOf(records, walk));
    expect(figure.panels[0]!.notes).toEqual(['marked at the edge: × 1 value is not a number']);
  });

  it('share one mark in a column of pixels', () => {
    const figure = figureOf('gradient', 'gradient.norm', [
      ...evenly(1, 2, 10),
      ...new Array<number>(50_000).fill(NaN),
      1,
    ]);
    expect(textsOf(figure).some((text) => text.includes('× 50000 values are not a number'))).toBe(true);
    expect(marksOf(figure).at(-1)).toBeLessThan(900);
  });
});

describe('a histogram over training', () => {
  const counts = (iterations: number, bins: number) =>
    Array.from({ length: iterations }, (_, t) =>
      Array.from({ length: bins }, (_, bin) => record('batch.gradientHistogram', t, 1 + (bin % 3), bin / bins)),
    ).flat();
  const panelOf = (iterations: number, bins: number) =>
    buildFigure('gradient-histogram', sourceOf(counts(iterations, bins), walk), { width: 400 }).panels[0]!;

  it('shows every bin of every measurement where there is room', () => {
    expect(panelOf(20, 30).notes).toEqual([]);
  });

  it('adds up neighbours where there is none, and says so', () => {
    expect(panelOf(200, 300).notes).toEqual(['each column adds up 3 measurements; each row adds up 4 bins']);
  });
});

describe('margins over training', () => {
  const quantiles = (iterations: number) =>
    Array.from({ length: iterations }, (_, t) =>
      (['margin.output', 'margin.absoluteOutput', 'margin.softmax'] as const).flatMap((series) =>
        [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map((p) => record(series, t, p, p)),
      ),
    ).flat();
  const legendOf = (iterations: number) =>
    buildFigure('margins', sourceOf(quantiles(iterations), walk)).panels[0]!.legend.map(({ label }) => label);

  it('are boxes, and bands where those would overlap', () => {
    expect(legendOf(20)).toContain('box: quartiles; whiskers: 5 to 95 %');
    expect(legendOf(200)).toContain('bands: quartiles, 5 to 95 %');
  });
});
