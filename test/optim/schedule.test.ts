import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleSchema, type Schedule } from '../../src/contract/index.ts';
import { scheduleAt } from '../../src/optim/index.ts';
import { forAll } from '../support/property.ts';

const rate = fc.double({ min: 1e-4, max: 10, noNaN: true });
const count = fc.integer({ min: 1, max: 50 });
const iterations = (n: number): string => `${n} iterations`;

interface Case {
  readonly schedule: Schedule;
  /** Iterations in which everything happens. */
  readonly length: number;
  readonly low: number;
  readonly high: number;
  /** The largest change from one iteration to the next. */
  readonly slope: number;
}

const cyclical: fc.Arbitrary<Case> = fc.tuple(rate, rate, count).map(([a, b, half]) => {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const schedule: Schedule = { schedule: 'cyclical', low, high, halfCycle: iterations(half) };
  return { schedule, length: 4 * half, low, high, slope: (high - low) / half };
});
const trapezoid: fc.Arbitrary<Case> = fc
  .tuple(rate, rate, rate, count, count, count)
  .map(([top, start, end, warmup, hold, decay]) => ({
    schedule: {
      schedule: 'trapezoid',
      rate: top,
      warmup: iterations(warmup),
      hold: iterations(hold),
      decay: iterations(decay),
      start,
      end,
    },
    length: warmup + hold + decay,
    low: Math.min(start, top, end),
    high: Math.max(start, top, end),
    slope: Math.max(Math.abs(top - start) / warmup, Math.abs(top - end) / decay),
  }));
const warmup: fc.Arbitrary<Case> = fc.tuple(rate, rate, count).map(([top, start, length]) => ({
  schedule: { schedule: 'warmup', rate: top, warmup: iterations(length), start },
  length,
  low: Math.min(start, top),
  high: Math.max(start, top),
  slope: Math.abs(top - start) / length,
}));
const cosine: fc.Arbitrary<Case> = fc.tuple(rate, rate, count).map(([top, end, length]) => ({
  schedule: { schedule: 'cosine', rate: top, length: iterations(length), end },
  length,
  low: Math.min(end, top),
  high: Math.max(end, top),
  slope: (Math.PI / 2) * (Math.abs(top - end) / length),
}));

describe('a continuous schedule', () => {
  it.each([
    ['cyclical', cyclical],
    ['trapezoid', trapezoid],
    ['warmup', warmup],
    ['cosine', cosine],
  ])('(%s) stays within its bounds and changes no faster than its steepest part', (_, cases) => {
    forAll(
      cases,
      ({ schedule, length, low, high, slope }) => {
        const rounding = 1e-12 * high;
        for (let t = 0; t <= length + 3; t++) {
          const value = scheduleAt(schedule, t, 7);
          expect(value).toBeGreaterThanOrEqual(low - rounding);
          expect(value).toBeLessThanOrEqual(high + rounding);
          const change = Math.abs(scheduleAt(schedule, t + 1, 7) - value);
          expect(change).toBeLessThanOrEqual(slope + rounding);
        }
      },
      60,
    );
  });
});

describe('the ends of a schedule are exact:', () => {
  const values = (schedule: Schedule, at: readonly number[]): number[] => at.map((t) => scheduleAt(schedule, t, 10));
  const parsed = (schedule: object): Schedule => scheduleSchema.parse(schedule);

  it('a number, and constant', () => {
    expect(scheduleAt(0.3, 12345, 10)).toBe(0.3);
    expect(values({ schedule: 'constant', rate: 0.3 }, [0, 1, 1e6])).toEqual([0.3, 0.3, 0.3]);
  });

  it('step: each factor holds from its iteration on, whatever the order', () => {
    const steps = [
      { at: '3 epochs', factor: 0.5 },
      { at: '5 iterations', factor: 0.25 },
    ];
    expect(values({ schedule: 'step', rate: 1, steps }, [0, 4, 5, 29, 30, 1000])).toEqual([
      1, 1, 0.25, 0.25, 0.125, 0.125,
    ]);
    expect(values(parsed({ schedule: 'step', rate: 1, steps: [{ at: '1 epoch' }] }), [9, 10])).toEqual([1, 0.1]);
  });

  it('cyclical: low at whole cycles, high between', () => {
    const schedule = parsed({ schedule: 'cyclical', low: 0.1, high: 0.7, halfCycle: '1 epoch' });
    expect(values(schedule, [0, 10, 20, 30, 40])).toEqual([0.1, 0.7, 0.1, 0.7, 0.1]);
    expect(scheduleAt(schedule, 5, 10)).toBeCloseTo(0.4, 14);
    expect(scheduleAt(schedule, 25, 10)).toBeCloseTo(0.4, 14);
  });

  it('trapezoid: start, rate while it holds, end', () => {
    const schedule = parsed({
      schedule: 'trapezoid',
      rate: 0.3,
      warmup: '4 iterations',
      hold: '1 epoch',
      decay: '2 epochs',
    });
    expect(values(schedule, [0, 4, 14, 34, 500])).toEqual([0, 0.3, 0.3, 0, 0]);
    expect(scheduleAt(schedule, 24, 10)).toBeCloseTo(0.15, 14);
  });

  it('warmup: start, then rate', () => {
    const schedule = parsed({ schedule: 'warmup', rate: 0.3, warmup: '2 epochs', start: 0.1 });
    expect(values(schedule, [0, 20, 21])).toEqual([0.1, 0.3, 0.3]);
    expect(scheduleAt(schedule, 10, 10)).toBeCloseTo(0.2, 14);
  });

  it('cosine: rate, half-way their mean, end', () => {
    const schedule = parsed({ schedule: 'cosine', rate: 0.3, length: '2 epochs', end: 0.1 });
    expect(values(schedule, [0, 20, 21])).toEqual([0.3, 0.1, 0.1]);
    expect(scheduleAt(schedule, 10, 10)).toBeCloseTo(0.2, 14);
  });
});
