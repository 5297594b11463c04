import { describe, expect, it } from 'vitest';
import { barycentricGrid, evenly } from '../../src/landscape/index.ts';

describe('evenly spaced numbers', () => {
  it('hold both ends and, from −1 to 1 in 51 steps, 0 itself', () => {
    const values = evenly(-1, 1, 51);
    expect(values).toHaveLength(51);
    expect([values[0], values[25], values[50]]).toEqual([-1, 0, 1]);
    expect(evenly(0, 0.3, 4).at(-1)).toBe(0.3);
  });

  it('refuse fewer than two steps and ends that are not finite', () => {
    expect(() => evenly(0, 1, 1)).toThrow('grid: expected steps to be an integer of at least 2, got 1');
    expect(() => evenly(0, Infinity, 3)).toThrow('grid: expected finite ends, got 0 to Infinity');
  });
});

describe('the barycentric grid', () => {
  it('without a margin is the simplex: (n + 1)(n + 2)/2 points of no negative coordinate, its vertices among them', () => {
    const points = barycentricGrid(4, 0);
    expect(points).toHaveLength(15);
    expect(points.flat().every((part) => part >= 0)).toBe(true);
    for (const vertex of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
      expect(points).toContainEqual(vertex);
  });

  it('with a margin is the triangle of edge n + 3m, where no coordinate is below −m/n; every sum is 1', () => {
    const points = barycentricGrid(10, 0.3);
    expect(points).toHaveLength((20 * 21) / 2);
    expect(Math.min(...points.flat())).toBe(-0.3);
    for (const point of points) expect(point.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12);
    expect(new Set(points.map(String)).size).toBe(points.length);
  });

  it('refuses no steps and a negative margin', () => {
    expect(() => barycentricGrid(0, 0)).toThrow('simplex: expected steps to be an integer of at least 1, got 0');
    expect(() => barycentricGrid(4, -1)).toThrow('simplex: expected a margin of at least 0, got -1');
  });
});
