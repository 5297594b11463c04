import { flatAt, rosenbrock, sharpAt, twoMinima } from './surfaces.ts';
import type { Box } from './points.ts';

/**
 * A surface over the plane, point by point in float64: where no runtime is at hand, such as in a page that moves a thousand
 * particles between two frames. Equal to the graph of the same name ({@link twoMinima}, {@link rosenbrock}).
 */
export interface PlaneSurface {
  readonly name: string;
  /** Where it is looked at and started on. */
  readonly box: Box;
  /** U(x, y) */
  value(x: number, y: number): number;
  /** Writes ∂U/∂x and ∂U/∂y into `into`, which keeps the loop over particles free of allocations. */
  gradient(x: number, y: number, into: Float64Array): void;
}

/** `u(s) = (0.1s − 1)·2^{−s}` and `u′(s) = 2^{−s}·(0.1 − ln 2·(0.1s − 1))`. */
const well = (s: number): number => (0.1 * s - 1) * 2 ** -s;
const wellSlope = (s: number): number => 2 ** -s * (0.1 - Math.LN2 * (0.1 * s - 1));

const [sharpX, sharpY] = sharpAt(2) as [number, number];

/** The loss with a flat and a sharp minimum of equal depth in two dimensions (row R-surface). */
export const twoMinimaPlane: PlaneSurface = {
  name: twoMinima().name,
  box: twoMinima().box,
  value: (x, y) => well((x - flatAt) ** 2) + well((x - sharpX) ** 2 + (y - sharpY) ** 2),
  gradient(x, y, into) {
    const slope = wellSlope((x - sharpX) ** 2 + (y - sharpY) ** 2);
    into[0] = 2 * (x - flatAt) * wellSlope((x - flatAt) ** 2) + 2 * (x - sharpX) * slope;
    into[1] = 2 * (y - sharpY) * slope;
  },
};

/** Rosenbrock's function (row R-rosen). */
export const rosenbrockPlane: PlaneSurface = {
  name: rosenbrock().name,
  box: rosenbrock().box,
  value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient(x, y, into) {
    const rise = y - x * x;
    into[0] = -2 * (1 - x) - 400 * x * rise;
    into[1] = 200 * rise;
  },
};
