import type { QuantityOf } from '../contract/index.ts';
import type { NetworkPoint } from '../curvature/index.ts';
import { RunningMoments } from '../linop/index.ts';
import type { Quantity, QuantitySetting, Reading } from './quantity.ts';
import { SmoothedTop } from './smoothed-top.ts';

/**
 * Both sides of row G-bound at each σ: the Gcdf loss, exactly; `E_ε[L_c(w + ε)]/log 2` with noise `ε ~ N(0, σ²I)` of the top
 * layer's weights, by Monte Carlo; its second-order form `(L_c + σ²/2·tr H_top)/log 2`; and the smoothed 0-1 loss that Gcdf
 * bounds (and equals for two classes), by the same draws. The bias has no noise, as in Gcdf, and no part in `tr H_top`, which is exact:
 * `‖x‖²(1 − Σ S_j²)` for each example. L_c is the cross-entropy whatever loss is trained, without a penalty.
 *
 * All σ share their draws `ε = σz`; the standard error is that over draws. A measurement is one pass, and one through the top layer alone
 * for each σ and draw.
 *
 * Throws `USAGE` unless the scores are affine in one fully connected top layer.
 */
export async function createGBound(
  { sigmas, draws }: QuantityOf<'g-bound'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const top = await SmoothedTop.create(network, sigmas, seed);
  const examples = network.examples.count;
  const passes = 1 + sigmas.length * draws;
  async function readingsAt(point: NetworkPoint): Promise<Reading[]> {
    const pass = await top.at(point);
    const found: Reading[] = [];
    for (const [index, sigma] of sigmas.entries()) {
      const moments = new RunningMoments(2);
      for (let draw = 0; draw < draws; draw++) moments.add(await top.underNoise(pass, sigma, draw));
      const [mean, error] = [moments.mean(), moments.standardError()];
      const at = (series: Reading['series'], value: number, standardError: number | null = null): Reading => ({
        series,
        coordinate: sigma,
        value,
        standardError,
        examples,
      });
      found.push(
        at('gBound.gcdf', pass.gcdf[index]!),
        at('gBound.monteCarlo', mean[0]! / Math.LN2, error[0]! / Math.LN2),
        at('gBound.secondOrder', (pass.crossEntropy + (sigma ** 2 / 2) * pass.trace) / Math.LN2),
        at('gBound.smoothedError', mean[1]!, error[1]),
      );
    }
    return found;
  }
  return {
    maxProducts: passes,
    stopsEarly: false,
    measure: async (point) => ({ readings: await readingsAt(point), products: passes, converged: null, tensors: {} }),
    // Passes through the top layer alone are far cheaper: only all of them together tell the time.
    async rehearse(point) {
      await readingsAt(point);
      return passes;
    },
    release: () => top.release(),
  };
}
