import { describe, expect, test } from 'vitest';
import { paperG } from '../../../src/studies/g/index.ts';
import { gapOf } from '../../../src/studies/g/score-gap.ts';
import { worldEvidence } from './world.ts';

const evidence = worldEvidence();

describe.each(paperG.figures.map((figure) => [figure.id, figure] as const))('figure %s', (_, figure) => {
  test('is drawn with its seeds in the legend', () => {
    const { panels, legend = [] } = figure.draw(evidence, {});
    expect(panels.length).toBeGreaterThan(0);
    if (figure.row !== 'G-shape') expect(legend.map(({ label }) => label).join()).toContain('3 seeds');
  });

  test('is refused where nothing was recorded', () => {
    if (figure.row === 'G-shape') return;
    expect(() => figure.draw({ ...evidence, trials: () => [] }, {})).toThrow('expected one trial');
  });
});

test.each(paperG.tables.map((table) => [table.id, table] as const))(
  'table %s has a cell for every column',
  (_, table) => {
    const { columns, rows } = table.build(evidence);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(rows.flat().join()).not.toContain('NaN');
  },
);

test('the table of crossings names where the made-up slices cross', () => {
  const table = paperG.tables.find(({ id }) => id === 'G-slice.crossings')!;
  const [, , , sigma] = table.build(evidence).rows[0]!;
  expect(Number.parseFloat(sigma!)).toBeCloseTo(1, 1);
});

test('every loss shows the same score gap where scores are small beside its parameter', () => {
  // Nine scores 0 and a right one of 0.1: a gap of 0.9.
  const parameter = 32;
  const value = {
    gcdf: 9 * 0.5 - (9 * 0.1) / (2 * parameter * Math.sqrt(Math.PI)),
    crossEntropy: Math.log(9 + Math.exp(0.1 / parameter)) - 0.1 / parameter,
    hinge: 9 * (parameter - 0.1),
  };
  expect(gapOf.gcdf(value.gcdf, parameter)).toBeCloseTo(0.9, 9);
  expect(gapOf.crossEntropy(value.crossEntropy, parameter)).toBeCloseTo(0.9, 3);
  expect(gapOf.hinge(value.hinge, parameter)).toBeCloseTo(0.9, 9);
});
