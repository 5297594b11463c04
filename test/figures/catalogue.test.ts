import { describe, expect, it } from 'vitest';
import { seriesNames } from '../../src/contract/index.ts';
import type { SeriesName } from '../../src/contract/index.ts';
import { buildFigure, figureCatalogue, figureIds, validationDash } from '../../src/figures/index.ts';
import { syntheticSource } from './synthetic-walk.ts';

const walk = { iterationsPerEpoch: 20, iterations: 40, interpolated: 8, points: 11, seed: 1 };
/** What an action throws. */
function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error, got none');
}

const source = (...without: SeriesName[]) => syntheticSource(walk, ...without);

describe('the catalogue of figures', () => {
  it.each(figureIds)('%s is built from the series it names and no other', (id) => {
    const { needs, shows } = figureCatalogue[id];
    const named = new Set<SeriesName>([...needs, ...shows]);
    const others = seriesNames.filter((series) => !named.has(series));
    expect(buildFigure(id, source(...others)).panels.length).toBeGreaterThan(1);
  });

  it('names the series that a run has not recorded', () => {
    expect(errorOf(() => buildFigure('walk', source('interpolation.loss', 'interpolation.floor')))).toMatchObject({
      code: 'NO_DATA',
      message: 'figure walk: run run-1 has not recorded interpolation.loss, interpolation.floor',
    });
  });

  it('suggests the nearest figure for an unknown one', () => {
    expect(errorOf(() => buildFigure('wolk', source()))).toMatchObject({
      code: 'FIGURE_UNKNOWN',
      message: 'figure: no figure "wolk"; did you mean "walk"?',
    });
  });

  it('does not take a property of objects for a figure', () => {
    expect(errorOf(() => buildFigure('constructor', source()))).toMatchObject({ code: 'FIGURE_UNKNOWN' });
  });

  it('refuses an empty window', () => {
    expect(errorOf(() => buildFigure('walk', source(), { window: [5, 5] }))).toMatchObject({ code: 'USAGE' });
  });

  it('draws a validation set dashed between training and test, in a run that keeps one apart', () => {
    const legends = (validationExamples: number) =>
      buildFigure('curves', syntheticSource({ ...walk, validationExamples })).panels.map(({ legend }) =>
        legend.map(({ label, dash }) => [label, dash]),
      );
    const validation = ['validation', validationDash];
    expect(legends(500)).toEqual([
      [['mini-batch', undefined], ['training', undefined], validation, ['test', undefined]],
      [['training', undefined], validation, ['test', undefined]],
    ]);
    expect(legends(0).flat()).not.toContainEqual(validation);
  });

  it('leaves out the panels that a run has no data for, and names the axis below the last', () => {
    const figure = buildFigure('walk', source('gradient.cosine', 'parameters.distance'));
    expect(figure.panels.map((panel) => panel.title)).toEqual(['Interpolated loss']);
    expect(figure.panels[0]!.plot.marginBottom).toBeGreaterThan(30);
  });
});
