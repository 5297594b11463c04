import type { Moment, Quantity } from '../quantities/index.ts';
import type { Probe } from './probe.ts';

/** When a quantity is measured along training. */
export interface QuantitySchedule {
  /** Whether it is due at θ_t. */
  readonly isDue: (iteration: number) => boolean;
  readonly moment: (iteration: number) => Moment;
  /** Hears of a measurement that did not reach the accuracy it was asked for. */
  readonly onUnconverged: (iteration: number) => void;
}

/** A quantity of θ_t at some iterations of training. The probe owns the quantity. */
export function createQuantityProbe(quantity: Quantity, { isDue, moment, onUnconverged }: QuantitySchedule): Probe {
  let made = 0;
  return {
    async visit(iteration, network) {
      if (!isDue(iteration)) return [];
      const { readings, products, converged } = await quantity.measure(network, moment(iteration));
      made += products;
      if (converged === false) onUnconverged(iteration);
      return readings.map((reading) => ({ ...reading, iteration }));
    },
    products: () => made,
    release: () => quantity.release(),
  };
}
