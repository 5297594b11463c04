import type { Curve } from '../../../src/figures/index.ts';

/** Points between two iterates, the first of them included. */
const between = 20;

/** What gradient descent does in a quadratic valley, exactly. */
export interface ValleyWalk {
  /** x_0 … x_T */
  readonly path: readonly (readonly [number, number])[];
  /** Loss at t + α along the straight lines between iterates. */
  readonly loss: Curve;
  /** Lowest loss on each line, where it lies. */
  readonly floor: Curve;
  /** cos(g_{t−1}, g_t) at t */
  readonly cosine: Curve;
  /** ‖x_t − x_0‖ at t */
  readonly distance: Curve;
}

/**
 * Gradient descent `x ← x − ηHx` with H = diag(λ₁, λ₂) from `start` (row W-quad): coordinate i is multiplied by `1 − ηλ_i` at each
 * step, so everything that the walk measures has a closed form. Stops early where a coordinate leaves the numbers.
 */
export function walkInValley(
  curvatures: readonly [number, number],
  stepSize: number,
  start: readonly [number, number],
  steps: number,
): ValleyWalk {
  const path: (readonly [number, number])[] = [start];
  for (let step = 0; step < steps; step++) {
    const next = path[step]!.map((x, axis) => x * (1 - stepSize * curvatures[axis]!)) as [number, number];
    if (!next.every((x) => Math.abs(x) < 1e6)) break;
    path.push(next);
  }
  const lossAt = (x: readonly number[]): number =>
    x.reduce((sum, value, axis) => sum + (curvatures[axis]! * value * value) / 2, 0);
  const on = (t: number, alpha: number): number[] => path[t]!.map((x, axis) => x + alpha * (path[t + 1]![axis]! - x));
  const lines = Array.from({ length: path.length - 1 }, (_, t) => t);
  const places = lines.flatMap((t) => Array.from({ length: between }, (_, part) => [t, part / between] as const));
  const lowest = lines.map((t) => lowestOn(path[t]!, path[t + 1]!, curvatures));
  const gradient = (t: number): number[] => path[t]!.map((x, axis) => curvatures[axis]! * x);
  const turns = lines.slice(1);
  return {
    path,
    loss: curve(
      [...places.map(([t, alpha]) => t + alpha), path.length - 1],
      [...places.map(([t, alpha]) => lossAt(on(t, alpha))), lossAt(path.at(-1)!)],
    ),
    floor: curve(
      lines.map((t) => t + lowest[t]!),
      lines.map((t) => lossAt(on(t, lowest[t]!))),
    ),
    cosine: curve(
      turns,
      turns.map((t) => cosineOf(gradient(t - 1), gradient(t))),
    ),
    distance: curve(
      path.map((_, t) => t),
      path.map((x) => Math.hypot(x[0] - start[0], x[1] - start[1])),
    ),
  };
}

/** α in [0, 1] of the lowest loss between two points. */
function lowestOn(from: readonly number[], to: readonly number[], curvatures: readonly number[]): number {
  const along = from.map((x, axis) => to[axis]! - x);
  const slope = along.reduce((sum, d, axis) => sum + curvatures[axis]! * d * from[axis]!, 0);
  const bend = along.reduce((sum, d, axis) => sum + curvatures[axis]! * d * d, 0);
  if (bend <= 0) return slope <= 0 ? 1 : 0;
  return Math.min(1, Math.max(0, -slope / bend));
}

function cosineOf(a: readonly number[], b: readonly number[]): number {
  const product = a.reduce((sum, value, axis) => sum + value * b[axis]!, 0);
  return product / (Math.hypot(...a) * Math.hypot(...b));
}

const curve = (x: readonly number[], y: readonly number[]): Curve => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
