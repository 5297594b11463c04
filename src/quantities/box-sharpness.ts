import { ThalwegError } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { parameterLayout } from '../curvature/index.ts';
import { createBoxSharpness as createMeter } from '../landscape/index.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';

/**
 * Keskar's ε-sharpness (Keskar et al. 2017): `φ = 100·(max L − L(θ))/(1 + L(θ))`, per cent, over the box `|z_i| ≤ ε(|θ_i| + 1)` or
 * a random subspace of it, by climbing searches. φ is a lower bound: the highest loss that was found. Products are gradients
 * over all examples; it has converged when the best search ended because it could not climb further.
 *
 * Throws `USAGE` for a subspace of more dimensions than there are parameters.
 */
export async function createBoxSharpness(
  { epsilon, subspace, iterations, starts }: QuantityOf<'box-sharpness'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const { size } = parameterLayout(network.objective.model);
  if (subspace !== undefined && subspace > size)
    throw new ThalwegError(
      'USAGE',
      `box-sharpness: expected a subspace of at most ${size} dimensions, got ${subspace}`,
    );
  const meter = await createMeter(network, { seed, epsilon, subspace, iterations, starts });
  const examples = network.examples.count;
  const of = meter.maxGradients;
  return {
    maxProducts: of,
    stopsEarly: true,
    async measure(point, _, { onProgress } = {}) {
      const found = await meter.at(point, ({ gradients }) => onProgress?.({ products: gradients, of }));
      return {
        readings: [{ series: 'box.sharpness', coordinate: epsilon, value: found.value, standardError: null, examples }],
        products: found.gradients,
        converged: found.converged,
        tensors: {},
      };
    },
    async rehearse(point) {
      await meter.pass(point);
      return 1;
    },
    release: () => meter.release(),
  };
}
