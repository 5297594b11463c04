import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { effectiveStep, type StepEnd } from '../../src/probes/index.ts';

const average = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + (value - average(values)) ** 2, 0) / (values.length - 1);

/** The fit with three unknowns over the distance walked, by generalised least squares in full matrices, as Cockpit has it. */
function byMatrices(t: number, start: StepEnd, end: StepEnd): number {
  const slopes = [start.slopes, end.slopes].map((values) => values.map((value) => value / t));
  const observations = [start.losses, end.losses, ...slopes];
  const design = new Matrix([
    [1, 0, 0],
    [1, t, t * t],
    [0, 1, 0],
    [0, 1, 2 * t],
  ]);
  const precision = Matrix.diag(observations.map((values) => 1 / variance(values)));
  const y = Matrix.columnVector(observations.map(average));
  const left = design.transpose().mmul(precision);
  const [, w1, w2] = inverse(left.mmul(design)).mmul(left).mmul(y).to1DArray() as [number, number, number];
  return w2 < 0 ? -1 : (2 * t) / (-w1 / w2) - 1;
}

/** Both ends of a step of length t on `½h(s − m)²`, with examples around it that cancel in the mean. */
function onParabola(t: number, m: number, h = 1): [StepEnd, StepEnd] {
  const end = (s: number): StepEnd => ({
    losses: Float64Array.of(-1, 1).map((e) => 0.5 * h * (s - m) ** 2 + e),
    slopes: Float64Array.of(-2, 2).map((e) => t * (h * (s - m) + e)),
  });
  return [end(0), end(t)];
}

describe('the effective step', () => {
  it('onto the minimum of a parabola is 0, onto its other side 1, halfway −½', () => {
    expect(effectiveStep(0.3, ...onParabola(0.3, 0.3))).toBeCloseTo(0, 12);
    expect(effectiveStep(0.6, ...onParabola(0.6, 0.3))).toBeCloseTo(1, 12);
    expect(effectiveStep(0.15, ...onParabola(0.15, 0.3))).toBeCloseTo(-0.5, 12);
    expect(effectiveStep(0.9, ...onParabola(0.9, 0.3, 50))).toBeCloseTo(2, 12);
  });

  it('is −1 without a step and on a concave parabola', () => {
    expect(effectiveStep(0, ...onParabola(0, 0.3))).toBe(-1);
    expect(effectiveStep(0.2, ...onParabola(0.2, -0.3, -1))).toBe(-1);
  });

  it('weighs the four observations by their variances, as generalised least squares does', () => {
    for (let trial = 0; trial < 20; trial++) {
      const stream = randomStream(trial, 'step');
      const noisy = (mean: number, spread: number) =>
        Float64Array.from({ length: 5 }, () => mean + spread * stream.normal());
      const t = 0.1 + stream.uniform();
      const start = { losses: noisy(2, 0.3), slopes: noisy(-3 * t, 0.5 * t) };
      const end = { losses: noisy(1.5, 0.1), slopes: noisy(2 * t, 2 * t) };
      const [found, expected] = [effectiveStep(t, start, end), byMatrices(t, start, end)];
      expect(Math.abs(found - expected)).toBeLessThan(1e-8 * (1 + Math.abs(expected)));
    }
  });

  it('counts variances of zero as 1e-10', () => {
    const [start, end] = onParabola(0.3, 0.2);
    const flat = { losses: Float64Array.of(0.7, 0.7), slopes: start.slopes };
    const nearly = { losses: Float64Array.of(0.7, 0.7 + Math.SQRT2 * 1e-5), slopes: start.slopes };
    expect(effectiveStep(0.3, flat, end)).toBeCloseTo(effectiveStep(0.3, nearly, end), 3);
    expect(effectiveStep(0.3, flat, end)).not.toBeCloseTo(effectiveStep(0.3, start, end), 3);
  });
});
