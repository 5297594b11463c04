import { ThalwegError } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { createHessian, scaledCurvature, type ScaledCurvature } from '../curvature/index.ts';
import { readings, type Quantity, type QuantitySetting } from './quantity.ts';

/** Parameters of which the dense Hessian takes 128 MiB. */
const mostParameters = 4096;

/**
 * Trace, spectral norm and largest entry of the Hessian with the top layer's parameters times each α (row M-scale), in float64:
 * {@link scaledCurvature}. A penalty counts, whose second derivatives do not fall.
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
  const hessian = await createHessian({ ...network, dtype: 'float64' });
  const examples = network.examples.count;
  const maxProducts = alphas.length * hessian.size;
  return {
    maxProducts,
    stopsEarly: false,
    async measure(point, _, { onProgress } = {}) {
      const found: ScaledCurvature[] = [];
      for (const alpha of alphas) {
        found.push(await scaledCurvature(hessian, model, point, { alpha, seed }));
        onProgress?.({ products: found.length * hessian.size, of: maxProducts });
      }
      const column = (pick: (at: ScaledCurvature) => number): number[] => found.map(pick);
      return {
        readings: [
          ...readings(
            'topScaling.trace',
            column(({ trace }) => trace),
            examples,
            alphas,
          ),
          ...readings(
            'topScaling.spectralNorm',
            column(({ spectralNorm }) => spectralNorm),
            examples,
            alphas,
          ),
          ...readings(
            'topScaling.largestEntry',
            column(({ largestEntry }) => largestEntry),
            examples,
            alphas,
          ),
        ],
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
    release: () => hessian.release(),
  };
}
