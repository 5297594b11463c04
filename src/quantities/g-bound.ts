import { hostTensor, randomStream, scalarValue, toFloat64, type HostTensor } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import type { MeasuredNetwork, NetworkPoint } from '../curvature/index.ts';
import { RunningMoments } from '../linop/index.ts';
import { asHost } from '../runtime/index.ts';
import type { Quantity, QuantitySetting, Reading } from './quantity.ts';
import { compileFeatures, compileNoisy, notAffine, topLayerOf, type TopLayer } from './smoothed-top.ts';

/** Largest difference of the scores from those of an affine top layer, as a share of the largest score: rounding. */
const rounding = 1e-3;

/** What one pass through the network gives: means over examples, and what the noise is added to. */
interface Pass {
  readonly crossEntropy: number;
  readonly trace: number;
  readonly gcdf: readonly number[];
  /** Features and scores of each chunk. */
  readonly chunks: readonly { readonly features: HostTensor; readonly scores: HostTensor }[];
}

/**
 * Both sides of row G-bound at each σ: the Gcdf loss, exactly; `E_ε[L_c(w + ε)]/log 2` with noise `ε ~ N(0, σ²I)` of the top
 * layer's weights, by Monte Carlo; its second-order form `(L_c + σ²/2·tr H_top)/log 2`; and the smoothed 0-1 loss that Gcdf
 * bounds (and equals for two classes), by the same draws. The bias has no noise, as in Gcdf, and no part in `tr H_top`, which is exact:
 * `‖x‖²(1 − Σ S_j²)` for each example. L_c is the cross-entropy whatever loss is trained, without a penalty.
 *
 * All σ share their draws `ε = σz`; the standard error is that over draws. The price is one measurement: its draws pass through
 * the top layer alone.
 *
 * Throws `USAGE` unless the scores are affine in one fully connected top layer.
 */
export async function createGBound(
  { sigmas, draws }: QuantityOf<'g-bound'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const top = topLayerOf(network);
  const { examples } = network;
  const whole = await examples.forSizes((size) => compileFeatures(network, top, sigmas, size));
  const noisy = await examples.forSizes((size) => compileNoisy(network, top, size));

  async function passAt({ parameters, buffers }: NetworkPoint): Promise<Pass> {
    const chunks: { features: HostTensor; scores: HostTensor }[] = [];
    let [crossEntropy, trace] = [0, 0];
    const gcdf = sigmas.map(() => 0);
    for (const { size, x, labels } of examples.chunks) {
      const result = await whole.get(size)!.run({ parameters, buffers, x, labels });
      const number = (name: 'crossEntropy' | 'trace' | 'gap' | 'scale'): number => scalarValue(asHost(result[name]));
      requireAffine(network, number('gap'), number('scale'));
      crossEntropy += number('crossEntropy');
      trace += number('trace');
      toFloat64(asHost(result.gcdf)).forEach((value, index) => (gcdf[index]! += value));
      chunks.push({ features: asHost(result.features), scores: asHost(result.scores) });
    }
    const mean = (total: number): number => total / examples.count;
    return { crossEntropy: mean(crossEntropy), trace: mean(trace), gcdf: gcdf.map(mean), chunks };
  }

  /** Mean cross-entropy and share of errors with one noise. */
  async function underNoise({ chunks }: Pass, noise: HostTensor): Promise<[crossEntropy: number, error: number]> {
    let [crossEntropy, correct] = [0, 0];
    for (const [index, { size, labels }] of examples.chunks.entries()) {
      const result = await noisy.get(size)!.run({ ...chunks[index]!, labels, noise });
      crossEntropy += scalarValue(asHost(result.crossEntropy));
      correct += scalarValue(asHost(result.correct));
    }
    return [crossEntropy / examples.count, 1 - correct / examples.count];
  }

  async function readingsAt(pass: Pass, index: number): Promise<Reading[]> {
    const sigma = sigmas[index]!;
    const moments = new RunningMoments(2);
    for (let draw = 0; draw < draws; draw++) moments.add(await underNoise(pass, noiseOf(top, sigma, seed, draw)));
    const [mean, error] = [moments.mean(), moments.standardError()];
    const secondOrder = pass.crossEntropy + (sigma ** 2 / 2) * pass.trace;
    const at = (series: Reading['series'], value: number, standardError: number | null = null): Reading => ({
      series,
      coordinate: sigma,
      value,
      standardError,
      examples: examples.count,
    });
    return [
      at('gBound.gcdf', pass.gcdf[index]!),
      at('gBound.monteCarlo', mean[0]! / Math.LN2, error[0]! / Math.LN2),
      at('gBound.secondOrder', secondOrder / Math.LN2),
      at('gBound.smoothedError', mean[1]!, error[1]),
    ];
  }

  async function allReadings(point: NetworkPoint): Promise<Reading[]> {
    const pass = await passAt(point);
    const found: Reading[] = [];
    for (const index of sigmas.keys()) found.push(...(await readingsAt(pass, index)));
    return found;
  }

  return {
    maxProducts: 1,
    measure: async (point) => ({ readings: await allReadings(point), products: 1, converged: null, tensors: {} }),
    async rehearse(point) {
      await allReadings(point);
    },
    async release() {
      for (const program of [...whole.values(), ...noisy.values()]) await program.release();
    },
  };
}

/** `σz` with z of a seed and a number: the same z for every σ and at every point. */
function noiseOf({ shape }: TopLayer, sigma: number, seed: number, draw: number): HostTensor {
  const stream = randomStream(seed, 'g-bound', draw);
  return hostTensor(
    'float32',
    shape,
    Float32Array.from({ length: shape[0] * shape[1] }, () => sigma * stream.normal()),
  );
}

/** Noise of the weights moves the scores by its product with the features only where nothing follows the top layer. */
function requireAffine({ objective: { model } }: MeasuredNetwork, gap: number, scale: number): void {
  if (gap > rounding * scale) throw notAffine(model.name, `scores that differ by ${gap} of ${scale}`);
}
