import type { QuantityOf } from '../contract/index.ts';
import { createSamSharpness as createMeter } from '../landscape/index.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';

/** The sharpness that sharpness-aware minimisation descends, on all examples of the quantity. */
export async function createSamSharpness(
  { rho }: QuantityOf<'sam-sharpness'>,
  { network }: QuantitySetting,
): Promise<Quantity> {
  const meter = await createMeter(network, rho);
  const examples = network.examples.count;
  return {
    maxProducts: 2,
    stopsEarly: false,
    async measure(point) {
      const { value } = await meter.at(point);
      return {
        readings: [{ series: 'sam.sharpness', coordinate: rho, value, standardError: null, examples }],
        products: 2,
        converged: null,
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
