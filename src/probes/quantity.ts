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
export const createQuantityProbe = (quantity: Quantity, { isDue, moment, onUnconverged }: QuantitySchedule): Probe => ({
  async visit(iteration, network) {
    if (!isDue(iteration)) return [];
    const { readings, converged } = await quantity.measure(network, moment(iteration));
    if (converged === false) onUnconverged(iteration);
    return readings.map((reading) => ({ ...reading, iteration }));
  },
  release: () => quantity.release(),
});
