import { describe, expect, test } from 'vitest';
import { crossingParameter } from '../../../src/studies/g/advantage.ts';
import { atTrainingLoss } from '../../../src/studies/g/equal-loss.ts';
import { syntheticEvidence, type SyntheticRecord } from '../../support/evidence.ts';

const trialOf = (training: readonly SyntheticRecord[], hinge: readonly SyntheticRecord[]) =>
  syntheticEvidence([
    { experiment: 'G-mnist', seed: 1, series: { 'loss.training': training, 'loss.hinge': hinge } },
  ]).trials('G-mnist')[0]!;

describe('a loss at a fixed training loss', () => {
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
