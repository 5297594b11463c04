import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/sweep/index.ts';

function tallyAt(): { tally: Tally; wait: (seconds: number) => void } {
  let now = 0;
  const tally = new Tally(() => now);
  return { tally, wait: (seconds) => void (now += 1000 * seconds) };
}

describe('the tally of a plan', () => {
  it('counts what is there and what is made, failures included', () => {
    const { tally } = tallyAt();
    tally.take({ type: 'planned', total: 5, finished: 2 });
    tally.take({ type: 'started', id: 'a', again: false });
    tally.take({ type: 'started', id: 'b', again: false });
    tally.take({ type: 'progress', id: 'b', share: 0.5 });
    expect(tally.running).toEqual([
      { id: 'a', share: 0 },
      { id: 'b', share: 0.5 },
    ]);
    tally.take({ type: 'finished', id: 'a' });
    tally.take({ type: 'failed', id: 'b', message: 'no' });
    expect([tally.total, tally.done, tally.running]).toEqual([5, 4, []]);
    expect(tally.failures).toEqual([{ id: 'b', message: 'no' }]);
  });

  it('foretells the time left from what was made since it began, not from what was there', () => {
    const { tally, wait } = tallyAt();
    expect(tally.secondsLeft).toBeNull();
    tally.take({ type: 'planned', total: 10, finished: 6 });
    wait(3);
    expect(tally.secondsLeft).toBeNull();
    tally.take({ type: 'started', id: 'a', again: false });
    tally.take({ type: 'finished', id: 'a' });
    // One of four in 3 seconds: 9 for the other three.
    expect(tally.secondsLeft).toBeCloseTo(9);
  });

  it('counts the shares of running trials, but not what a run had done before it went on', () => {
    const { tally, wait } = tallyAt();
    tally.take({ type: 'planned', total: 2, finished: 0 });
    tally.take({ type: 'started', id: 'a', again: true });
    tally.take({ type: 'progress', id: 'a', share: 0.5 });
    wait(10);
    expect(tally.secondsLeft).toBeNull();
    tally.take({ type: 'progress', id: 'a', share: 0.75 });
    // A quarter in 10 seconds; one and a quarter are left.
    expect(tally.secondsLeft).toBeCloseTo(50);
  });
});
