import { expect, it } from 'vitest';
import { Capacity } from '../../src/sweep/index.ts';

it('a machine is taken up to the whole of it', () => {
  const capacity = new Capacity();
  const releases = Array.from({ length: 7 }, () => capacity.tryTake(1 / 7));
  expect(releases.every((release) => release !== null)).toBe(true);
  expect(capacity.tryTake(0.01)).toBeNull();
  releases[0]!();
  // Twice is once.
  releases[0]!();
  expect(capacity.tryTake(1 / 6)).toBeNull();
  expect(capacity.tryTake(1 / 8)).not.toBeNull();
});

it('what needs more than a machine has it alone', () => {
  const capacity = new Capacity();
  const release = capacity.tryTake(1.5)!;
  expect(capacity.tryTake(0.1)).toBeNull();
  release();
  capacity.tryTake(0.1);
  expect(capacity.tryTake(1.5)).toBeNull();
});

it('whoever waits hears once of what is given back, and at once where nothing is taken', () => {
  const capacity = new Capacity();
  let heard = 0;
  capacity.onRelease(() => heard++);
  expect(heard).toBe(1);
  const [one, other] = [capacity.tryTake(0.5)!, capacity.tryTake(0.5)!];
  capacity.onRelease(() => heard++);
  expect(heard).toBe(1);
  one();
  other();
  expect(heard).toBe(2);
});
