import { describe, expect, it } from 'vitest';
import { clockOf, EpochClock } from '../../src/contract/index.ts';

const every = (clock: EpochClock, cadence: string, total: number): number[] =>
  Array.from({ length: total + 1 }, (_, t) => t).filter((t) => clock.isDue(cadence, t));

describe('a clock of epochs', () => {
  it('of one length counts in multiples of it', () => {
    const clock = new EpochClock(8);
    expect([0, 7, 8, 20].map((t) => clock.at(t))).toEqual([
      { epoch: 0, within: 0, iterationsPerEpoch: 8 },
      { epoch: 0, within: 7, iterationsPerEpoch: 8 },
      { epoch: 1, within: 0, iterationsPerEpoch: 8 },
      { epoch: 2, within: 4, iterationsPerEpoch: 8 },
    ]);
    expect([0, 4, 8, 20].map((t) => clock.epochs(t))).toEqual([0, 0.5, 1, 2.5]);
    expect([clock.iterations('3 epochs'), clock.iterations('3 iterations'), clock.start(2)]).toEqual([24, 3, 16]);
    expect(every(clock, '2 epochs', 32)).toEqual([0, 16, 32]);
    expect(every(clock, '10 iterations', 32)).toEqual([0, 10, 20, 30]);
  });

  it('goes on with epochs of another length after a change', () => {
    const clock = new EpochClock(1).changed(4, 8);
    expect(clock.changes).toEqual([{ iteration: 4, epoch: 4, iterationsPerEpoch: 8 }]);
    expect([3, 4, 8, 12, 20].map((t) => clock.epochs(t))).toEqual([3, 4, 4.5, 5, 6]);
    expect(['3 epochs', '4 epochs', '6 epochs'].map((span) => clock.iterations(span))).toEqual([3, 4, 20]);
    expect(every(clock, '1 epoch', 20)).toEqual([0, 1, 2, 3, 4, 12, 20]);
    expect(every(clock, '2 epochs', 20)).toEqual([0, 2, 4, 20]);
    expect(every(clock, '6 iterations', 20)).toEqual([0, 6, 12, 18]);
  });

  it('ends the epoch that a change falls into, which counts as one', () => {
    const clock = new EpochClock(8).changed(11, 4).changed(17, 8);
    expect(clock.changes).toEqual([
      { iteration: 11, epoch: 2, iterationsPerEpoch: 4 },
      { iteration: 17, epoch: 4, iterationsPerEpoch: 8 },
    ]);
    expect(every(clock, '1 epoch', 33)).toEqual([0, 8, 11, 15, 17, 25, 33]);
    expect([10, 11, 16, 17].map((t) => clock.at(t).epoch)).toEqual([1, 2, 3, 4]);
    expect([1, 2, 3, 4, 5].map((epoch) => clock.start(epoch))).toEqual([8, 11, 15, 17, 25]);
  });

  it('gives each epoch the updates between its start and the next one, whatever the changes', () => {
    const clock = new EpochClock(5).changed(7, 3).changed(13, 1).changed(15, 6);
    const starts = Array.from({ length: 12 }, (_, epoch) => clock.start(epoch));
    for (let t = 0; t < starts.at(-1)!; t++) {
      const { epoch, within } = clock.at(t);
      expect(starts[epoch]! + within, `update ${t}`).toBe(t);
      expect(t).toBeLessThan(starts[epoch + 1]!);
      expect(clock.epochs(t + 1)).toBeGreaterThan(clock.epochs(t));
    }
  });

  it('is read off the file of a run', () => {
    const { changes } = new EpochClock(8).changed(11, 4);
    expect(clockOf({ iterationsPerEpoch: 8, epochChanges: changes }).epochs(13)).toBe(2.5);
  });

  it('refuses what is no span', () => {
    expect(() => new EpochClock(8).iterations('soon')).toThrow(/^span: expected "<n> iterations" or "<n> epochs"/);
  });
});
