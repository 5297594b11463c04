import { describe, expect, it } from 'vitest';
import { buildFigure, figureTable, tableCsv } from '../../src/figures/index.ts';
import { record, sourceOf, syntheticSource } from './synthetic-walk.ts';

const walk = { iterationsPerEpoch: 20, iterations: 40, interpolated: 6, points: 5, seed: 1 };
const source = syntheticSource(walk);

describe('the table of a figure', () => {
  it('has every record of its series, in the order of the series', () => {
    const { columns, rows } = figureTable('distance', source);
    expect(columns).toEqual(['series', 'iteration', 'coordinate', 'value', 'standard_error', 'examples']);
    expect([...new Set(rows.map(([series]) => series))]).toEqual([
      'parameters.distance',
      'parameters.norm',
      'parameters.pathLength',
      'parameters.tensorDistance',
    ]);
    expect(rows.filter(([series]) => series === 'parameters.distance')).toHaveLength(walk.iterations);
  });

  it('is not thinned where the figure is', () => {
    const records = Array.from({ length: 20_000 }, (_, t) => record('gradient.norm', t, 1 + Math.sin(t)));
    expect(figureTable('gradient', sourceOf(records, walk)).rows).toHaveLength(20_000);
  });

  it('ends at the edges of the window, between two updates too', () => {
    const rows = figureTable('walk', source, { window: [2, 4] }).rows.filter(
      ([series]) => series === 'interpolation.loss',
    );
    const places = rows.map(([, iteration, alpha]) => Number(iteration) + Number(alpha));
    expect([Math.min(...places), Math.max(...places)]).toEqual([2, 4]);
    expect(rows).toHaveLength(2 * 5 + 2);
  });

  it('has the standard errors and the numbers of examples', () => {
    const [first] = figureTable('noise', source).rows;
    expect(first!.slice(0, 4)).toEqual(['noise.trace', 0, null, 42]);
    expect(first![4]).toBeCloseTo(0.06 * 42, 12);
    expect(first![5]).toBe(500);
  });

  it('of margins has the chosen kind, and the histogram of the chosen iteration', () => {
    const { rows } = figureTable('margins', source, { margin: 'softmax', iteration: 20 });
    const of = (name: string) => rows.filter(([series]) => series === name);
    expect([of('margin.softmax').length, of('margin.output').length]).toEqual([5 * 7, 0]);
    expect(of('margin.softmaxHistogram').map(([, iteration]) => iteration)).toEqual(Array(10).fill(20));
  });

  it('of a joint histogram has bins as parameters and gradients', () => {
    const { columns, rows } = figureTable('joint-histogram', source, { iteration: 10 });
    expect(columns).toEqual(['iteration', 'parameter', 'gradient', 'elements']);
    expect(rows).toHaveLength(96);
    expect(rows[13]!.slice(0, 3)).toEqual([10, -1 + 3 / 8, -1 + 3 / 12]);
  });

  it('of a slice has the losses at its training loss, interpolated in its logarithm', () => {
    const { columns, rows } = figureTable('loss-slice', source, { trainingLoss: 1 });
    expect(columns).toEqual(['series', 'parameter', 'training_loss', 'value']);
    expect(rows.map(([series, parameter]) => [series, parameter]).slice(0, 4)).toEqual([
      ['loss.gcdf', 0.5],
      ['loss.gcdf', 1],
      ['loss.gcdf', 8],
      ['loss.crossEntropy', 0.5],
    ]);
    // The training loss is 2.3 exp(−t/30): it is 1 at t = 24.99, between the readings at 20 and 30.
    const share = (30 * Math.log(2.3) - 20) / 10;
    const [at20, at30] = [20, 30].map((t) => 9 * 8 * Math.exp(-t / 50));
    expect(rows.at(-1)![3]).toBeCloseTo((1 - share) * at20! + share * at30!, 10);
  });

  it('of a phase plot has the training loss beside every reading', () => {
    const { rows } = figureTable('loss-phase', source, { window: [0, 20] });
    expect(rows).toHaveLength((3 * 3 + 1) * 3);
    expect(rows[1]!.slice(0, 4)).toEqual(['loss.gcdf', 0.5, 10, 2.3 * Math.exp(-10 / 30)]);
    expect(rows.at(-1)).toEqual(['loss.error', null, 20, 2.3 * Math.exp(-20 / 30), 0.9 * Math.exp(-20 / 30)]);
  });
});

describe('a slice at a training loss', () => {
  it('is refused where the run never falls through it', () => {
    expect(() => buildFigure('loss-slice', source, { trainingLoss: 0.01 })).toThrow(
      'figure loss-slice: expected a training loss that falls through 0.01, got ',
    );
    const constant = [0, 1, 2].flatMap((t) => [record('loss.training', t, 1), record('loss.gcdf', t, 1, 0.5)]);
    expect(() => buildFigure('loss-slice', sourceOf(constant, walk))).toThrow(
      'figure loss-slice: expected a training loss that falls, got one that does not',
    );
  });

  it('is half of the way down without a choice, and says where', () => {
    // The geometric mean of 2.3 and 2.3 exp(−4/3).
    expect(buildFigure('loss-slice', source).subtitle).toMatch(/last falls through 1.18 nat$/);
  });
});

describe('a table as CSV', () => {
  it('keeps numbers that are none, and leaves out what there is not', () => {
    const records = [NaN, Infinity, -Infinity, 0.1].map((value, t) => record('gradient.norm', t, value));
    expect(tableCsv(figureTable('gradient', sourceOf(records, walk)))).toBe(
      [
        'series,iteration,coordinate,value,standard_error,examples',
        'gradient.norm,0,,NaN,,',
        'gradient.norm,1,,Infinity,,',
        'gradient.norm,2,,-Infinity,,',
        'gradient.norm,3,,0.1,,',
        '',
      ].join('\r\n'),
    );
  });

  it('puts what holds a comma or a quote in quotes', () => {
    expect(tableCsv({ columns: ['a,b'], rows: [['say "x"']] })).toBe('"a,b"\r\n"say ""x"""\r\n');
  });
});
