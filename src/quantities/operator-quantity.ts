import type { CurvatureOperator } from '../curvature/index.ts';
import { probeVector } from '../linop/index.ts';
import type { Measurement, MeasureOptions, Moment, Quantity } from './quantity.ts';

/** What is measured of a matrix over a network's parameters. */
export interface OperatorMeasure {
  readonly seed: number;
  /** Products of one measurement at most. */
  readonly maxProducts: number;
  /** Whether a measurement stops as soon as it has converged. */
  readonly stopsEarly: boolean;
  /** @param matrix at the point; it is released afterwards */
  readonly measure: (matrix: CurvatureOperator, moment: Moment, options: MeasureOptions) => Promise<Measurement>;
}

/** The quantity of a matrix that is known by its products, which it owns: one product is its unit of price. */
export const operatorQuantity = (
  matrix: CurvatureOperator,
  { seed, maxProducts, stopsEarly, measure }: OperatorMeasure,
): Quantity => ({
  maxProducts,
  stopsEarly,
  async measure(point, moment, options = {}) {
    const here = await matrix.at(point);
    try {
      return await measure(here, moment, options);
    } finally {
      await here.release();
    }
  },
  async rehearse(point) {
    const here = await matrix.at(point);
    const { size, dtype } = here;
    try {
      await here.apply(probeVector({ distribution: 'rademacher', size, dtype, seed, name: 'rehearsal', index: 0 }));
      return 1;
    } finally {
      await here.release();
    }
  },
  release: () => matrix.release(),
});
