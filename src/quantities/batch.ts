import type { ChunkedExamples } from '../train/index.ts';
import type { Measurement, Moment, QuantitySetting } from './quantity.ts';

/**
 * Measures the batch of update t; without one, the examples of the network taken as a batch. A batch of a single example (the
 * last of an epoch may be one) has no variance, and gives no readings.
 */
export async function measureBatch(
  { network, batchAt }: QuantitySetting,
  { iteration }: Pick<Moment, 'iteration'>,
  measure: (batch: ChunkedExamples) => Promise<Measurement['readings']>,
): Promise<Measurement> {
  const batch = batchAt?.(iteration);
  const examples = batch ?? network.examples;
  try {
    const readings = examples.count < 2 ? [] : await measure(examples);
    return { readings, products: 1, converged: null, tensors: {} };
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
