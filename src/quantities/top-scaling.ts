import { ThalwegError } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import {
  compileProbabilities,
  createHessian,
  likeliestClasses,
  scaledCurvature,
  scaledPoint,
  type NetworkPoint,
  type ScaledCurvature,
} from '../curvature/index.ts';
import { readings, type Quantity, type QuantitySetting, type Reading } from './quantity.ts';

/** Parameters of which the dense Hessian takes 128 MiB. */
const mostParameters = 4096;

/** The series of each number of an α. */
const topScaling = {
  trace: 'topScaling.trace',
  spectralNorm: 'topScaling.spectralNorm',
  largestEntry: 'topScaling.largestEntry',
  changed: 'topScaling.changed',
} as const;

/**
 * Trace, spectral norm and largest entry of the Hessian with the top layer's parameters times each α (row M-scale), in float64:
 * {@link scaledCurvature}; and the share of the examples of which that network predicts another class. A penalty counts, whose second derivatives do not fall.
 *
 * Throws `SPECIFICATION_INVALID` for more than 4096 parameters, `RUNTIME_FAILED` where the runtime has no float64 (convolutions,
 * GPUs), and, when it measures, `USAGE` for a top layer that is a block of several.
 */
export async function createTopScaling(
  { alphas }: QuantityOf<'top-scaling'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const { model } = network.objective;
  if (model.size > mostParameters)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `top-scaling: expected at most ${mostParameters} parameters, got ${model.size}`,
    );
  const wide = { ...network, dtype: 'float64' } as const;
  const hessian = await createHessian(wide);
  const probabilities = await compileProbabilities(wide);
  const predictions = async (point: NetworkPoint, alpha: number): Promise<number[]> =>
    likeliestClasses(await probabilities.at(await scaledPoint(model, point, alpha)));
  const examples = network.examples.count;
  const maxProducts = alphas.length * hessian.size;
  return {
    maxProducts,
    stopsEarly: false,
    async measure(point, _, { onProgress } = {}) {
      const found: (ScaledCurvature & { readonly changed: number })[] = [];
      const predicted = await predictions(point, 1);
      for (const alpha of alphas) {
        const scaled = await predictions(point, alpha);
        const changed = scaled.filter((label, index) => label !== predicted[index]).length / examples;
        const curvature = await scaledCurvature(hessian, model, point, { alpha, seed });
        found.push({ ...curvature, changed });
        onProgress?.({ products: found.length * hessian.size, of: maxProducts });
      }
      const column = (name: keyof typeof topScaling): Reading[] =>
        readings(
          topScaling[name],
          found.map((at) => at[name]),
          examples,
          alphas,
        );
      return {
        readings: [...column('trace'), ...column('spectralNorm'), ...column('largestEntry'), ...column('changed')],
        products: maxProducts,
        converged: found.every(({ converged }) => converged),
        tensors: {},
      };
    },
    async rehearse(point) {
      const here = await hessian.at(point);
      try {
        await here.apply(new Float64Array(hessian.size).fill(1));
      } finally {
        await here.release();
      }
      return 1;
    },
    async release() {
      await hessian.release();
      await probabilities.release();
    },
  };
}
