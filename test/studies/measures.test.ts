import { describe, expect, it } from 'vitest';
import { readings, valuesOf } from '../../src/studies/evidence.ts';
import {
  countsOf,
  finalOf,
  learningCurve,
  log10Ratio,
  logOf,
  logRatio,
  meanIn,
  meanOf,
  pairs,
  perDoubling,
  perSeed,
  spreadOf,
  spreadText,
} from '../../src/studies/measures.ts';
import { syntheticEvidence, type SyntheticRecord } from '../support/evidence.ts';

const refusal = (message: string): Error => expect.objectContaining({ code: 'NO_DATA', message }) as Error;

const trialWith = (...records: readonly SyntheticRecord[]) =>
  syntheticEvidence([{ experiment: 'a', seed: 1, series: { 'train.loss': records } }]).trials('a')[0]!;

describe('numbers of trials', () => {
  it('are one for each seed, in their order', () => {
    const evidence = syntheticEvidence([2, 1].map((seed) => ({ experiment: 'a', seed })));
    expect(perSeed(evidence, (seed) => 10 * seed)).toEqual({ kind: 'values', values: [10, 20] });
  });

  it('are counted over all trials', () => {
    const trials = [1, 2].map((seed) => ({ experiment: 'a', seed, numbers: { hits: seed, cases: 5 } }));
    expect(countsOf(syntheticEvidence(trials), 'a', 'hits', 'cases')).toEqual({ kind: 'counts', hits: 3, of: 10 });
  });

  it('belong to the values that a condition has', () => {
    const trials = [0.2, 0.1, 0.2].map((rate, index) => ({ experiment: 'a', seed: index, condition: { rate } }));
    const isNumber = (value: unknown): value is number => typeof value === 'number';
    expect(valuesOf(syntheticEvidence(trials), 'a', 'rate', isNumber)).toEqual([0.2, 0.1]);
  });
});

describe('numbers of a series', () => {
  it('come from a window and a coordinate', () => {
    const trial = trialWith([0, 1, 0], [5, 2, 0], [5, 3, 1], [9, 4, 1]);
    const found = readings(trial, 'train.loss', { from: 1, to: 5, coordinate: 1 });
    expect(found).toEqual([{ iteration: 5, coordinate: 1, value: 3 }]);
    expect(meanIn(trial, 'train.loss', { from: 5 })).toBe(3);
    expect(() => meanIn(trial, 'train.loss', { from: 10 })).toThrow(/expected finite numbers, got none/u);
  });

  it('end with the newest one, which has to be finite', () => {
    const trial = trialWith([0, 1, 0], [5, 2, 0], [5, NaN, 1]);
    expect(finalOf(trial, 'train.loss', 0)).toBe(2);
    expect(() => finalOf(trial, 'train.loss')).toThrow(
      refusal(`${trial.id}: last train.loss: expected finite numbers, got NaN`),
    );
    expect(() => finalOf(trial, 'train.loss', 7)).toThrow(
      refusal(`${trial.id}: last train.loss: expected finite numbers, got none`),
    );
  });

  it('make a learning curve without the start', () => {
    const trial = trialWith([0, 9], [10, 3], [20, 2]);
    expect(learningCurve(trial, 'train.loss')).toEqual([3, 2]);
    expect(() => learningCurve(trialWith([0, 9]), 'train.loss')).toThrow(/expected train.loss after the start/u);
    expect(pairs([1, 2], [3, 4])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(() => pairs([1], [1, 2])).toThrow(refusal('curves: expected the same lengths, got 1 and 2'));
  });
});

describe('logarithms and slopes', () => {
  it('are those of positive and finite numbers only', () => {
    expect(logOf('loss', Math.E)).toBe(1);
    expect(logRatio('height', 2, 1)).toBeCloseTo(Math.LN2, 12);
    expect(log10Ratio('height', 100, 1)).toBe(2);
    for (const wrong of [0, -1, NaN, Infinity]) {
      expect(() => logOf('loss', wrong)).toThrow(refusal(`loss: expected a positive number, got ${wrong}`));
      const message = `height: expected two positive numbers, got ${wrong} and 1`;
      expect(() => logRatio('height', wrong, 1)).toThrow(refusal(message));
      expect(() => log10Ratio('height', wrong, 1)).toThrow(refusal(message));
    }
    expect(() => logRatio('height', -1, -2)).toThrow(/expected two positive numbers/u);
    expect(() => logRatio('height', 1, Infinity)).toThrow(/expected two positive numbers/u);
  });

  it('change by so much for each doubling', () => {
    expect(perDoubling([25, 50, 100].map((x) => [x, 3 - 0.5 * Math.log2(x)] as const))).toBeCloseTo(-0.5, 12);
  });
});

describe('the mean over seeds', () => {
  it('leaves nothing out', () => {
    expect(meanOf('loss', [1, 2, 6])).toBe(3);
    expect(() => meanOf('loss', [])).toThrow(refusal('loss: expected finite numbers, got none'));
    expect(() => meanOf('loss', [1, Infinity])).toThrow(refusal('loss: expected finite numbers, got Infinity'));
  });

  it('has no spread for one seed, and is unknown beside a number that is not finite', () => {
    expect(spreadOf([1, 3]).deviation).toBeCloseTo(Math.SQRT2, 12);
    expect(spreadOf([4])).toEqual({ mean: 4, deviation: NaN, interval: [NaN, NaN] });
    for (const values of [[], [1, NaN]]) expect(spreadOf(values).mean).toBeNaN();
  });

  it('is written with its standard deviation', () => {
    const text = (value: number): string => value.toFixed(2);
    expect(spreadText([1, 3], text)).toBe('2.00 ± 1.41');
    expect(spreadText([1, 3], text, (value) => value.toFixed(1))).toBe('2.00 ± 1.4');
    expect(spreadText([1], text)).toBe('1.00');
  });
});
