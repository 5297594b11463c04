import type { QuantityOf } from '../contract/index.ts';
import { createGaussNewtonDiagonal, createGradientMoments } from '../curvature/index.ts';
import { beside } from '../runtime/index.ts';
import { measureBatch, sumOverCoordinates } from './batch.ts';
import { reading, type Quantity, type QuantitySetting } from './quantity.ts';

/**
 * The Takeuchi information criterion `tr(E[g gᵀ]H⁻¹)` of a mini-batch in the two forms of Cockpit, with uncentred second moments
 * `s_j = 1/B Σ_i g_ij²` of the gradients of its single examples and the diagonal h of the Gauss–Newton matrix: diagonal
 * `Σ_j s_j/(h_j + ε)`, trace `Σ s_j/(Σ h_j + ε)`. Both have the objective's penalty in g_i and in h.
 *
 * h is exact, and for networks whose scores are piecewise linear in each parameter it is the diagonal of the Hessian, which is
 * Cockpit's default (`diag_h`); for others it is Cockpit's `diag_ggn_exact`. Coordinates of dead units have s_j = h_j = 0 and count as
 * 0; where h_j is tiny and s_j is not, the diagonal form is as large as s_j/ε.
 *
 * Throws what {@link createGradientMoments} and {@link createGaussNewtonDiagonal} throw. Batch normalisation takes its running
 * statistics.
 */
export async function createTic({ epsilon }: QuantityOf<'tic'>, setting: QuantitySetting): Promise<Quantity> {
  const meter = await createGradientMoments(setting.network);
  const curvature = await beside([meter], () => createGaussNewtonDiagonal(setting.network));
  const passes = meter.passes + curvature.passes;
  return {
    maxProducts: passes,
    stopsEarly: false,
    measure: (point, moment) =>
      measureBatch(setting, moment, passes, async (batch) => {
        const { gradient, variance } = await meter.at(point, batch);
        const h = await curvature.at(point, batch);
        const B = batch.count;
        const second = (name: string, k: number): number =>
          ((B - 1) / B) * variance[name]![k]! + gradient[name]![k]! ** 2;
        const diagonal = sumOverCoordinates(h, (name, k) => second(name, k) / (h[name]![k]! + epsilon));
        const trace = sumOverCoordinates(h, (name, k) => h[name]![k]!);
        return [
          reading('batch.ticDiagonal', diagonal, B),
          reading('batch.ticTrace', sumOverCoordinates(h, second) / (trace + epsilon), B),
        ];
      }),
    async rehearse(point) {
      await meter.at(point);
      await curvature.at(point);
      return passes;
    },
    async release() {
      await meter.release();
      await curvature.release();
    },
  };
}
