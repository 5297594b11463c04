import { spanIterations, type Schedule } from '../contract/index.ts';

/**
 * The learning rate of update t = 0, 1, …: a pure function of the iteration.
 *
 * - `constant`: η
 * - `step`: η times the factors of all steps at or before t
 * - `cyclical`: `low + (high − low)·max(0, 1 − |t/h − 2c + 1|)`, `c = ⌊1 + t/(2h)⌋`, the triangular policy of CLR with half
 *   cycle h
 * - `trapezoid`: linear from `start`, constant, linear to `end`, which then stays
 * - `warmup`: linear from `start`, then constant
 * - `cosine`: `end + (η − end)(1 + cos(π·min(t/T, 1)))/2`
 *
 * @param schedule a number is a constant learning rate
 * @param iterationsPerEpoch what spans in epochs are multiplied by
 */
export function scheduleAt(schedule: number | Schedule, iteration: number, iterationsPerEpoch: number): number {
  if (typeof schedule === 'number') return schedule;
  const length = (span: string): number => spanIterations(span, iterationsPerEpoch);
  switch (schedule.schedule) {
    case 'constant':
      return schedule.rate;
    case 'step':
      return schedule.steps
        .filter(({ at }) => iteration >= length(at))
        .reduce((rate, { factor }) => rate * factor, schedule.rate);
    case 'cyclical':
      return between(schedule.low, schedule.high, triangle(iteration / length(schedule.halfCycle)));
    case 'trapezoid': {
      const { rate, start, end } = schedule;
      const fall = length(schedule.warmup) + length(schedule.hold);
      if (iteration >= fall) return between(rate, end, (iteration - fall) / length(schedule.decay));
      return between(start, rate, iteration / length(schedule.warmup));
    }
    case 'warmup':
      return between(schedule.start, schedule.rate, iteration / length(schedule.warmup));
    case 'cosine': {
      const progress = Math.min(iteration / length(schedule.length), 1);
      return between(schedule.end, schedule.rate, (1 + Math.cos(Math.PI * progress)) / 2);
    }
  }
}

/** From `from` (share 0) to `to` (share 1 and more) in a straight line; both ends are exact. */
function between(from: number, to: number, share: number): number {
  if (share <= 0) return from;
  return share >= 1 ? to : from + (to - from) * share;
}

/** The distance of a number to the nearest even one: a wave between 0 and 1 of period 2, 0 at 0. */
const triangle = (position: number): number => 1 - Math.abs((position % 2) - 1);
