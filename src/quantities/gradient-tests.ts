import type { QuantityOf } from '../contract/index.ts';
import { createGradientMoments, type GradientMoments } from '../curvature/index.ts';
import { measureBatch, sumOverCoordinates } from './batch.ts';
import { reading, type Quantity, type QuantitySetting } from './quantity.ts';

/**
 * What Cockpit reads off the gradients g_i of the B single examples of a mini-batch and their mean g, the objective's penalty
 * in both (it changes no variance):
 *
 * - norm test `√((Σ‖g_i‖² − B‖g‖²)/((B−1)·B‖g‖²))` (Byrd et al. 2012, eq. 3.9), inner-product test `√((Σ(g_i·g)² − B‖g‖⁴)/((B−1)·B‖g‖⁴))` and
 *   orthogonality test `√(Σ(‖g_i‖² − (g_i·g)²/‖g‖²)/((B−1)·B‖g‖²))` (Bollapragada et al. 2017, eqs. 2.6, 3.3): the smallest constant
 *   for which the batch passes
 * - CABS `η·tr(var)/loss`, the batch size that it suggests, with variances by 1/B (Balles et al. 2017, eq. 22)
 * - early-stopping evidence `1 − B·mean_j(g_j²/(var_j + ε))` with variances by 1/(B−1): above 0, stop (Mahsereci et al. 2017, eq. 7)
 * - mean signal-to-noise ratio `mean_j(g_j²/(var_j + ε))` with variances by 1/B (Liu et al. 2020)
 *
 * Coordinates of dead units have g_j = var_j = 0; with ε they count as 0 in these means, which are over all coordinates. CABS and
 * the evidence are meant for plain SGD.
 *
 * Throws `USAGE` for batches of one example, `NO_PER_EXAMPLE_RULE` for an operator without a per-example rule. Batch
 * normalisation takes its running statistics: with a batch's own, single examples have no gradients.
 */
export async function createGradientTests(
  { epsilon }: QuantityOf<'gradient-tests'>,
  setting: QuantitySetting,
): Promise<Quantity> {
  const meter = await createGradientMoments(setting.network);
  return {
    maxProducts: meter.passes,
    stopsEarly: false,
    measure: (point, moment) =>
      measureBatch(setting, moment, meter.passes, async (batch) => {
        const moments = await meter.at(point, batch);
        const B = batch.count;
        return [
          reading('batch.normTest', normTest(moments, B), B),
          reading('batch.innerProductTest', innerProductTest(moments, B), B),
          reading('batch.orthogonalityTest', orthogonalityTest(moments, B), B),
          reading('batch.cabs', (moment.learningRate * moments.trace * (B - 1)) / B / moments.loss, B),
          reading('batch.earlyStopping', 1 - B * signalToNoise(moments, 1, epsilon), B),
          reading('batch.signalToNoise', signalToNoise(moments, (B - 1) / B, epsilon), B),
        ];
      }),
    async rehearse(point) {
      await meter.at(point);
      return meter.passes;
    },
    release: () => meter.release(),
  };
}

const normTest = ({ trace, gradientSquaredNorm }: GradientMoments, B: number): number =>
  Math.sqrt(trace / (B * gradientSquaredNorm));

/** Σ(g_i·g)² − B‖g‖⁴, as the squared distances of g_i·g from their mean ‖g‖². */
const projectionSpread = ({ projections, gradientSquaredNorm }: GradientMoments): number =>
  projections.reduce((sum, projection) => sum + (projection - gradientSquaredNorm) ** 2, 0);

const innerProductTest = (moments: GradientMoments, B: number): number =>
  Math.sqrt(projectionSpread(moments) / ((B - 1) * B)) / moments.gradientSquaredNorm;

/** `Σ‖g_i‖² − Σ(g_i·g)²/‖g‖² = (B−1)·tr − (Σ(g_i·g)² − B‖g‖⁴)/‖g‖²`; rounding may leave less than nothing. */
function orthogonalityTest(moments: GradientMoments, B: number): number {
  const { trace, gradientSquaredNorm } = moments;
  const outside = Math.max(0, (B - 1) * trace - projectionSpread(moments) / gradientSquaredNorm);
  return Math.sqrt(outside / ((B - 1) * B * gradientSquaredNorm));
}

/** `mean_j(g_j²/(c·var_j + ε))` with variances by 1/(B−1). */
function signalToNoise({ gradient, variance }: GradientMoments, c: number, epsilon: number): number {
  const ratio = (name: string, k: number): number => gradient[name]![k]! ** 2 / (c * variance[name]![k]! + epsilon);
  return sumOverCoordinates(gradient, ratio) / sumOverCoordinates(gradient, () => 1);
}
