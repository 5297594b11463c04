import { describe, expect, it } from 'vitest';
import { fitAxis } from '../../src/figures/axis.ts';
import { textWidth, wrapText } from '../../src/figures/text-width.ts';
import { shortNumber, tickLabel, ticksOf } from '../../src/figures/ticks.ts';

describe('an axis', () => {
  it('reaches from the smallest to the largest number that it can show', () => {
    expect(fitAxis({ label: 'x', unit: 'nat' }, [3, NaN, -1, Infinity])).toEqual({
      label: 'x (nat)',
      scale: 'linear',
      domain: [-1, 3],
    });
    expect(fitAxis({ label: null, scale: 'log' }, [-2, 0, 0.5, 8]).domain).toEqual([0.5, 8]);
  });

  it('has a length even where all numbers are the same, or none can be shown', () => {
    for (const values of [[3], [0], [-2, -2]]) {
      const [low, high] = fitAxis({ label: null }, values).domain;
      expect(low).toBeLessThan(values[0]!);
      expect(high).toBeGreaterThan(values[0]!);
    }
    expect(fitAxis({ label: null }, [NaN]).domain).toEqual([0, 1]);
    expect(fitAxis({ label: null, scale: 'log' }, [-1]).domain).toEqual([1, 10]);
  });

  it('refuses limits that it cannot have', () => {
    expect(() => fitAxis({ label: null, domain: [1, 1] }, [])).toThrow(
      'axis: expected finite, ascending limits, got 1, 1',
    );
    expect(() => fitAxis({ label: null, scale: 'log', domain: [0, 1] }, [])).toThrow(
      'axis: expected finite, positive, ascending limits, got 0, 1',
    );
  });

  it('has ticks at powers of ten, thinned, at 1, 2, 5 where few powers are in view, and evenly where none fit', () => {
    const log = (low: number, high: number) => ticksOf({ label: null, scale: 'log', domain: [low, high] }, 5);
    expect(log(0.05, 200)).toEqual([0.1, 1, 10, 100]);
    expect(log(1e-6, 1)).toEqual([1e-6, 1e-4, 1e-2, 1]);
    expect(log(0.5, 6)).toEqual([0.5, 1, 2, 5]);
    expect(log(0.5, 30)).toEqual([0.5, 1, 2, 5, 10, 20]);
    expect(log(0.06, 9)).toEqual([0.1, 0.2, 0.5, 1, 2, 5]);
    expect(log(0.04, 9)).toEqual([0.1, 1]);
    expect(log(3.2, 6.5)).toEqual([4, 5, 6]);
    expect(log(2.1, 4.2)).toEqual([2.5, 3, 3.5, 4]);
    expect(log(1.31, 1.35)).toEqual([1.31, 1.32, 1.33, 1.34, 1.35]);
  });
});

describe('a number at a tick', () => {
  it.each([
    [0, '0'],
    [-0.5, '−0.5'],
    [1000, '1000'],
    [0.001, '0.001'],
    [1e-5, '10⁻⁵'],
    [2.5e7, '2.5 × 10⁷'],
    [-1e6, '−10⁶'],
    [0.1 + 0.2, '0.3'],
  ])('%d is %s', (value, label) => expect(tickLabel(value)).toBe(label));

  it('has three digits in a legend', () => {
    expect([0.123456, -Infinity, NaN].map(shortNumber)).toEqual(['0.123', '−∞', 'NaN']);
  });
});

describe('text', () => {
  it('is broken at spaces so that each line fits, if it can', () => {
    const lines = wrapText('a title that is too long for its place', 80);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(' ')).toBe('a title that is too long for its place');
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(80);
    expect(wrapText('unbreakable', 10)).toEqual(['unbreakable']);
  });
});
