import { describe, expect, test } from 'vitest';
import { passageThrough, atPassage } from '../../src/figures/index.ts';

describe('a value at a fixed training loss', () => {
  test('is read half-way between two readings where the level is their geometric mean', () => {
    const passage = passageThrough('run', [4, 1, 0.25], 0.5);
    expect(passage).toEqual({ index: 1, weight: 0.5 });
    expect(atPassage(passage, [9, 3, 7])).toBe(5);
  });

  test('is a reading itself where the training loss stands at the level', () => {
    expect(atPassage(passageThrough('run', [4, 1, 0.25], 1), [9, 3, 7])).toBe(3);
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
});
