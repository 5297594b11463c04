import { describe, expect, it } from 'vitest';
import { seriesNames } from '../../src/contract/index.ts';
import type { SeriesName } from '../../src/contract/index.ts';
import {
  buildFigure,
  canDraw,
  figureCatalogue,
  figureIds,
  figureTable,
  validationDash,
} from '../../src/figures/index.ts';
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
/** Of a run that keeps a validation set apart. */
const validatedSource = (...without: SeriesName[]) => syntheticSource({ ...walk, validationExamples: 500 }, ...without);

describe('the catalogue of figures', () => {
  it.each(figureIds)('%s is built from the series it names and no other', (id) => {
    const { needs, shows } = figureCatalogue[id];
    const named = new Set<SeriesName>([...needs, ...shows]);
    const others = seriesNames.filter((series) => !named.has(series));
    expect(buildFigure(id, source(...others)).panels.length).toBeGreaterThan(0);
    expect(figureTable(id, source(...others)).rows.length).toBeGreaterThan(0);
  });

  it('names the series that a run has not recorded', () => {
    expect(errorOf(() => buildFigure('walk', source('interpolation.loss', 'interpolation.floor')))).toMatchObject({
      code: 'NO_DATA',
      message: 'figure walk: run run-1 has not recorded interpolation.loss, interpolation.floor',
    });
  });

  it('shows every series that a run can record', () => {
    const shown = new Set<SeriesName>(
      figureIds.flatMap((id) => [...figureCatalogue[id].needs, ...figureCatalogue[id].shows]),
    );
    expect(seriesNames.filter((series) => !shown.has(series))).toEqual([]);
  });

  it.each(figureIds)('%s is another one without any of the series that it shows', (id) => {
    const marginKinds = ['output', 'absolute', 'softmax'] as const;
    const choices = id === 'margins' ? marginKinds.map((margin) => ({ margin })) : [{}];
    const seen = (...without: SeriesName[]) =>
      choices.map((choice) => {
        const { subtitle, panels } = buildFigure(id, validatedSource(...without), choice);
        return [subtitle, panels.map(({ title, legend, plot }) => [title, legend, plot.marks?.length])];
      });
    const whole = seen();
    for (const series of figureCatalogue[id].shows) expect(seen(series), series).not.toEqual(whole);
  });

  it('names what a figure without a needed series could show', () => {
    const { shows } = figureCatalogue.flatness;
    expect(errorOf(() => buildFigure('flatness', source(...shows)))).toMatchObject({
      code: 'NO_DATA',
      message: 'figure flatness: run run-1 has recorded none of sam.sharpness, box.sharpness',
    });
    expect(buildFigure('flatness', source('sam.sharpness')).panels).toHaveLength(1);
  });

  it('says which figures a run with some series has', () => {
    const withLoss = (series: SeriesName) => series === 'train.loss';
    expect(figureIds.filter((id) => canDraw(figureCatalogue[id], withLoss))).toEqual(['curves']);
  });

  it('refuses a choice that a figure does not have', () => {
    expect(errorOf(() => buildFigure('walk', source(), { iteration: 10 }))).toMatchObject({
      code: 'USAGE',
      message: 'figure walk: expected no choice, got iteration',
    });
    expect(errorOf(() => figureTable('margins', source(), { axis: 'log' }))).toMatchObject({
      code: 'USAGE',
      message: 'figure margins: expected only margin, iteration, got axis',
    });
  });

  it('refuses an iteration that was not measured, and names the nearest', () => {
    for (const id of figureIds.filter((id) => figureCatalogue[id].choices.includes('iteration')))
      expect(errorOf(() => buildFigure(id, source(), { iteration: 13 }))).toMatchObject({
        code: 'NO_DATA',
        message: `figure ${id}: expected a measured iteration, got 13; the nearest: ${id === 'density' ? '0, 20' : '10, 20'}`,
      });
    expect(errorOf(() => buildFigure('joint-histogram', source(), { window: [21, 29] }))).toMatchObject({
      code: 'NO_DATA',
      message: 'figure joint-histogram: nothing was measured at iterations 21..29',
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
