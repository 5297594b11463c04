import { describe, expect, test } from 'vitest';
import { crossingParameter } from '../../../src/studies/g/advantage.ts';
import { atTrainingLoss, passageThrough, valueAt } from '../../../src/studies/g/equal-loss.ts';
import { syntheticEvidence, type SyntheticRecord } from '../../support/evidence.ts';

const trialOf = (training: readonly SyntheticRecord[], hinge: readonly SyntheticRecord[]) =>
  syntheticEvidence([
    { experiment: 'G-mnist', seed: 1, series: { 'loss.training': training, 'loss.hinge': hinge } },
  ]).trials('G-mnist')[0]!;

describe('a loss at a fixed training loss', () => {
  test('is read half-way between two readings where the level is their geometric mean', () => {
    const passage = passageThrough('run', [4, 1, 0.25], 0.5);
    expect(passage).toEqual({ index: 1, weight: 0.5 });
    expect(valueAt(passage, [9, 3, 7])).toBe(5);
  });

  test('is a reading itself where the training loss stands at the level', () => {
    expect(valueAt(passageThrough('run', [4, 1, 0.25], 1), [9, 3, 7])).toBe(3);
  });

  test('is that of the last time that the training loss falls through the level', () => {
    expect(passageThrough('run', [2, 0.5, 2, 0.5, 0.9], 1)).toMatchObject({ index: 2 });
    expect(passageThrough('run', [2, 0.5, 3], 1)).toMatchObject({ index: 0 });
  });

  test('is read at the first of two readings where the second has no loss at all', () => {
    expect(passageThrough('run', [2, 0], 1)).toEqual({ index: 0, weight: 0 });
  });

  test('is refused for a run that never falls through the level', () => {
    expect(() => passageThrough('run', [2, 1], 0.5)).toThrow(
      'run: expected a training loss that falls through 0.5, got 1 at least',
    );
    expect(() => passageThrough('run', [0.4, 0.6], 0.5)).toThrow('falls through 0.5, got 0.4 at least');
  });

  test('takes the readings of one parameter among others', () => {
    const hinge: SyntheticRecord[] = [0, 1].flatMap((t): SyntheticRecord[] => [
      [t, 10 + t, 0.5],
      [t, 20 + 4 * t, 8],
    ]);
    const trial = trialOf(
      [
        [0, 4],
        [1, 1],
      ],
      hinge,
    );
    expect(atTrainingLoss(trial, 2, 'loss.hinge', 8)).toBeCloseTo(22, 12);
    expect(() => atTrainingLoss(trial, 2, 'loss.hinge', 3)).toThrow('expected records of loss.hinge at 3, got none');
  });

  test('is refused where it was not recorded together with the training loss', () => {
    const trial = trialOf(
      [
        [0, 4],
        [1, 1],
      ],
      [[0, 1, 8]],
    );
    expect(() => atTrainingLoss(trial, 2, 'loss.hinge', 8)).toThrow('got 1 of 2 records');
  });
});

describe('two slices', () => {
  test('cross where the advantage changes its sign, along the logarithm of the parameter', () => {
    expect(crossingParameter('run', [0.5, 2, 8], [-1, 1, 2])).toBeCloseTo(1, 12);
    expect(crossingParameter('run', [1, 2, 4], [-1, 0, 2])).toBeCloseTo(2, 12);
  });

  test('that never cross, or cross the other way, are refused', () => {
    expect(() => crossingParameter('run', [1, 2], [1, 2])).toThrow(
      'run: expected slices that cross between 1 and 2, got none that do',
    );
    expect(() => crossingParameter('run', [1, 2], [1, -2])).toThrow('got none that do');
  });
});
