import { describe, expect, it } from 'vitest';
import { twoMinimaPlane } from '../../src/theory/index.ts';
import { walkInValley } from '../../web/src/lib/valley.ts';
import { Tally } from '../../web/src/lib/tally.ts';
import { expectClose } from '../support/close.ts';

describe('a walk in a quadratic valley', () => {
  const walk = walkInValley([1, 0.1], 1.8, [0.9, -1.6], 10);

  it('is that of gradient descent, step by step', () => {
    let [x, y] = [0.9, -1.6];
    for (const point of walk.path) {
      expectClose([...point], [x, y], { relative: 1e-12, absolute: 1e-15 });
      [x, y] = [x - 1.8 * x, y - 1.8 * 0.1 * y];
    }
    expect(walk.path).toHaveLength(11);
  });

  it('has the loss of points between two iterates, and its lowest one as floor', () => {
    const at = (t: number, alpha: number): number => {
      const [[ax, ay], [bx, by]] = [walk.path[t]!, walk.path[t + 1]!];
      return ((ax + alpha * (bx - ax)) ** 2 + 0.1 * (ay + alpha * (by - ay)) ** 2) / 2;
    };
    walk.loss.x.forEach((x, index) => {
      const t = Math.min(9, Math.floor(x));
      expect(walk.loss.y[index]).toBeCloseTo(at(t, x - t), 12);
    });
    walk.floor.y.forEach((floor, t) => {
      const finely = Array.from({ length: 1001 }, (_, part) => at(t, part / 1000));
      expect(floor).toBeLessThanOrEqual(Math.min(...finely) + 1e-15);
      expect(floor).toBeGreaterThan(Math.min(...finely) - 1e-6);
    });
  });

  it('has gradients that point against each other where it bounces, and not where it creeps', () => {
    expect(Math.max(...walk.cosine.y)).toBeLessThan(0);
    expect(Math.min(...walkInValley([1, 0.1], 0.5, [0.9, -1.6], 10).cosine.y)).toBeGreaterThan(0);
  });

  it('stops before the numbers end where it diverges', () => {
    const { path, loss } = walkInValley([4, 1], 3, [1, 1], 100);
    expect(path.length).toBeLessThan(30);
    expect(loss.y.every(Number.isFinite)).toBe(true);
  });

  it('at η = 1/λ is on the floor after one step', () => {
    const { path } = walkInValley([1, 0], 1, [0.9, -1.6], 3);
    expect(path[1]).toEqual([0, -1.6]);
  });
});

describe('a tally of particles', () => {
  it('counts each particle in its bin, the ends included', () => {
    const tally = new Tally(twoMinimaPlane, 10);
    tally.add(Float64Array.of(0, 0.5, 5, 9.99, 10));
    expect([...tally.shares()]).toEqual([0.4, 0, 0, 0, 0, 0.2, 0, 0, 0, 0.4]);
    tally.clear();
    expect(tally.shares().every((share) => share === 0)).toBe(true);
  });

  it('knows Boltzmann’s law of each bin: it sums to 1, is flat when hot, and gathers in the flat minimum when cold', () => {
    const tally = new Tally(twoMinimaPlane, 10);
    for (const temperature of [0.05, 0.4, 1000]) {
      expect(tally.law(temperature).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    tally.law(1e6).forEach((share) => expect(share).toBeCloseTo(0.1, 5));
    const cold = tally.law(0.05);
    expect(cold[3]! + cold[4]!).toBeGreaterThan(0.85);
  });
});
