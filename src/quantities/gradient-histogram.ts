import type { QuantityOf } from '../contract/index.ts';
import { createExampleGradients } from '../curvature/index.ts';
import { measureBatch } from './batch.ts';
import { reading, readings, type Quantity, type QuantitySetting } from './quantity.ts';

/** How many numbers lie in each bin of equal width between −range and range. */
class ClippedHistogram {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly #range: number;
  #count = 0;
  #outside = 0;

  constructor(bins: number, range: number) {
    this.counts = new Float64Array(bins);
    this.#range = range;
  }

  add(values: Float32Array): void {
    const [bins, range] = [this.counts.length, this.#range];
    for (const value of values) {
      if (Math.abs(value) <= range)
        this.counts[Math.min(bins - 1, Math.floor(((value + range) / (2 * range)) * bins))]!++;
      else {
        this.#outside++;
        // NaN is in no bin, but among those outside.
        if (!Number.isNaN(value)) this.counts[value < 0 ? 0 : bins - 1]!++;
      }
    }
    this.#count += values.length;
  }

  /** Middles of the bins. */
  get centres(): number[] {
    return Array.from(this.counts, (_, bin) => this.#range * ((2 * bin + 1) / this.counts.length - 1));
  }

  /** Share of the numbers outside the range, or NaN. */
  get outliers(): number {
    return this.#outside / this.#count;
  }
}

/**
 * Histogram of the elements of the gradients of all single examples of a mini-batch, without the penalty: counts in bins of equal
 * width from −range to range, the same along training. Numbers outside are counted in the outermost bins, as Cockpit does, and
 * their share is a reading of its own.
 *
 * Memory: the elements of a chunk, examples times parameters. Throws `NO_PER_EXAMPLE_RULE` for an operator without a
 * per-example rule. Batch normalisation takes its running statistics.
 */
export async function createGradientHistogram(
  { bins, range }: QuantityOf<'gradient-histogram'>,
  setting: QuantitySetting,
): Promise<Quantity> {
  const { network } = setting;
  const pass = await createExampleGradients(network);
  return {
    maxProducts: 1,
    measure: (point, moment) =>
      measureBatch(setting, moment, async (batch) => {
        const histogram = new ClippedHistogram(bins, range);
        await pass.forEach(point, batch, (_, values) => histogram.add(values));
        return [
          ...readings('batch.gradientHistogram', [...histogram.counts], batch.count, histogram.centres),
          reading('batch.gradientOutliers', histogram.outliers, batch.count),
        ];
      }),
    rehearse: (point) => pass.forEach(point, network.examples, () => undefined),
    release: () => pass.release(),
  };
}
