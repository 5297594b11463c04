import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweepSchema, type GridAxis, type Sweep } from '../../src/contract/index.ts';
import { countCells, gridSettings, gridValues, randomSettings, seedList } from '../../src/sweep/axes.ts';
import { forAll } from '../support/property.ts';
import { sweepOf } from './support.ts';

type RandomAxes = NonNullable<Sweep['random']>['axes'];
const columns = (axes: RandomAxes, count: number, seed = 1): Record<string, unknown[]> => {
  const draws = randomSettings({ count, seed, axes });
  return Object.fromEntries(Object.keys(axes).map((key, at) => [key, draws.map((draw) => draw[at]![1])]));
};

describe('the values of a grid', () => {
  it('stand at equal distances, at equal ratios, or are powers', () => {
    expect(gridValues({ linear: { from: 0, to: 1, count: 5 } })).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(gridValues({ log: { from: 0.001, to: 1, count: 4 } })).toEqual([0.001, 0.01, 0.1, 1]);
    expect(gridValues({ log: { from: 1, to: 0.01, count: 3 } })).toEqual([1, 0.1, 0.01]);
    expect(gridValues({ powers: { base: 2, from: 5, to: 8 } })).toEqual([32, 64, 128, 256]);
    expect(gridValues({ powers: { base: 10, from: 0, to: -2 } })).toEqual([1, 0.1, 0.01]);
    expect(gridValues(['a', [64, 64], true])).toEqual(['a', [64, 64], true]);
  });

  it('have the ends that were asked for, exactly, and are in order', () => {
    const ends = fc.tuple(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.integer({ min: 2, max: 40 }),
    );
    const check = ([from, to, count]: [number, number, number]): void => {
      for (const axis of [{ linear: { from, to, count } }, { log: { from, to, count } }] satisfies GridAxis[]) {
        const values = gridValues(axis) as number[];
        expect(values).toHaveLength(count);
        expect([values[0], values.at(-1)]).toEqual([from, to]);
        const sorted = [...values].sort((a, b) => (from < to ? a - b : b - a));
        // Rounding to 12 digits may pass an end by that much.
        values.forEach((value, at) => expect(Math.abs(value / sorted[at]! - 1)).toBeLessThan(1e-11));
      }
    };
    forAll(ends, check, 100);
  });

  it('are combined, the last axis varying fastest, as many as counted', () => {
    expect(gridSettings({ a: [1, 2], b: ['x', 'y'] })).toEqual([
      [
        ['a', 1],
        ['b', 'x'],
      ],
      [
        ['a', 1],
        ['b', 'y'],
      ],
      [
        ['a', 2],
        ['b', 'x'],
      ],
      [
        ['a', 2],
        ['b', 'y'],
      ],
    ]);
    expect(gridSettings({})).toEqual([[]]);
    const axes = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 5 }),
    );
    forAll(
      axes,
      (grid) => {
        const settings = gridSettings(grid);
        expect(settings).toHaveLength(countCells(sweepSchema.parse(sweepOf({ grid }))));
        expect(new Set(settings.map((setting) => JSON.stringify(setting))).size).toBe(settings.length);
      },
      50,
    );
  });
});

describe('random axes', () => {
  const axes: RandomAxes = {
    u: { uniform: [-1, 3] },
    l: { logUniform: [1e-4, 1] },
    i: { integer: [3, 7] },
    k: { logInteger: [1, 100] },
    c: { choice: ['relu', 'tanh'] },
  };

  it('draw the same for the same seed, and keep their draws when there are more of them or other axes', () => {
    const [few, many] = [columns(axes, 10), columns(axes, 200)];
    for (const key of Object.keys(axes)) expect(many[key]!.slice(0, 10)).toEqual(few[key]);
    const { u, ...others } = axes;
    expect(columns(others, 10)['k']).toEqual(few['k']);
    expect(columns({ u: u! }, 10)['u']).toEqual(few['u']);
    expect(columns(axes, 10, 2)['u']).not.toEqual(few['u']);
  });

  it('stay in their bounds and reach all of them', () => {
    const drawn = columns(axes, 2000) as Record<string, number[]>;
    expect(Math.min(...drawn['u']!)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...drawn['u']!)).toBeLessThan(3);
    expect(Math.min(...drawn['l']!)).toBeGreaterThanOrEqual(1e-4 * (1 - 1e-12));
    expect(Math.max(...drawn['l']!)).toBeLessThanOrEqual(1);
    expect([...new Set(drawn['i'])].sort()).toEqual([3, 4, 5, 6, 7]);
    expect(new Set(drawn['c'])).toEqual(new Set(['relu', 'tanh']));
    expect(Math.min(...drawn['k']!)).toBe(1);
    expect(Math.max(...drawn['k']!)).toBeLessThanOrEqual(100);
  });

  it('follow their laws: means and shares within four standard errors', () => {
    const n = 4000;
    const drawn = columns(axes, n) as Record<string, number[]>;
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
    // Uniform on [-1, 3): mean 1, deviation 4/√12; the logarithm of l likewise on 4 decades.
    expect(Math.abs(mean(drawn['u']!) - 1)).toBeLessThan((4 * (4 / Math.sqrt(12))) / Math.sqrt(n));
    expect(Math.abs(mean(drawn['l']!.map(Math.log10)) + 2)).toBeLessThan((4 * (4 / Math.sqrt(12))) / Math.sqrt(n));
    // P(k) = ln((k + 1)/k)/ln(101).
    for (const k of [1, 2, 5]) {
      const share = Math.log((k + 1) / k) / Math.log(101);
      const seen = drawn['k']!.filter((value) => value === k).length / n;
      expect(Math.abs(seen - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n));
    }
  });
});

it('seeds are 1 … n, or those of a list', () => {
  expect(seedList(3)).toEqual([1, 2, 3]);
  expect(seedList([7, 0])).toEqual([7, 0]);
});
