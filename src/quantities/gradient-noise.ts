import { createGradientMoments } from '../curvature/index.ts';
import { reading, type Quantity, type QuantitySetting } from './quantity.ts';

/**
 * The noise in gradients of single examples (rows W-noise, F-table): `tr C` of their covariance `C` by 1/(N−1), `‖ḡ‖²` of the
 * gradient of the mean loss, the simple noise scale `tr C/‖ḡ‖²` in examples, and the largest variance of a coordinate. A batch
 * of B drawn with replacement has the noise `C/B`. One measurement is one pass for sums and squares and one for slopes.
 *
 * All are exact for their examples; the standard error of `tr C` is that of a sample of a larger set. Of N examples ‖ḡ‖²
 * holds `tr C/N` of noise itself: where the noise scale nears N, it says only that.
 *
 * Throws `USAGE` for fewer than two examples, `NO_PER_EXAMPLE_RULE` for a network with an operator without a per-example rule.
 */
export async function createGradientNoise({ network }: QuantitySetting): Promise<Quantity> {
  const meter = await createGradientMoments(network);
  const { count } = network.examples;
  return {
    maxProducts: meter.passes,
    stopsEarly: false,
    async measure(point) {
      const moments = await meter.at(point);
      return {
        readings: [
          reading('noise.trace', moments.trace, count, moments.traceStandardError),
          reading('noise.gradientSquaredNorm', moments.gradientSquaredNorm, count),
          reading('noise.scale', moments.noiseScale, count),
          reading('noise.largestVariance', moments.largestVariance, count),
        ],
        products: meter.passes,
        converged: null,
        tensors: {},
      };
    },
    async rehearse(point) {
      await meter.at(point);
      return meter.passes;
    },
    release: () => meter.release(),
  };
}
