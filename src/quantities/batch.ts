import type { ChunkedExamples } from '../train/index.ts';
import type { Measurement, Moment, QuantitySetting } from './quantity.ts';

/**
 * Measures the batch of update t; without one, the examples of the network taken as a batch. A batch of a single example (the
 * last of an epoch may be one) has no variance, and gives no readings.
 *
 * @param passes that `measure` makes over the batch
 */
export async function measureBatch(
  { network, batchAt }: QuantitySetting,
  { iteration }: Pick<Moment, 'iteration'>,
  passes: number,
  measure: (batch: ChunkedExamples) => Promise<Measurement['readings']>,
): Promise<Measurement> {
  const batch = batchAt?.(iteration);
  const examples = batch ?? network.examples;
  try {
    const enough = examples.count >= 2;
    const readings = enough ? await measure(examples) : [];
    return { readings, products: enough ? passes : 0, converged: null, tensors: {} };
  } finally {
    batch?.release();
  }
}

/** `Σ_j f(j)` over all coordinates of sums by parameter. */
export function sumOverCoordinates(
  sums: Readonly<Record<string, Float64Array>>,
  term: (name: string, k: number) => number,
): number {
  let total = 0;
  for (const [name, part] of Object.entries(sums)) for (let k = 0; k < part.length; k++) total += term(name, k);
  return total;
}
