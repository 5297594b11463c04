import { afterAll, beforeAll } from 'vitest';
import { quantitySchema, type QuantityKind, type QuantityOf } from '../../src/contract/index.ts';
import type { MeasuredNetwork } from '../../src/curvature/index.ts';
import {
  createQuantity,
  type MeasureOptions,
  type Measurement,
  type Moment,
  type Reading,
} from '../../src/quantities/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { cpuRuntime } from '../train/support.ts';

/** The specification of a quantity as a user may write it, with its defaults. */
export const quantityOf = <K extends QuantityKind>(
  kind: K,
  options: Partial<Omit<QuantityOf<K>, 'kind'>> = {},
): QuantityOf<K> => quantitySchema.parse({ kind, ...options }) as QuantityOf<K>;

export const moment: Moment = { iteration: 0, learningRate: 0.1, momentum: 0, batchSize: 10 };

/** One measurement of a quantity at a network's own point. */
export async function measure<K extends QuantityKind>(
  kind: K,
  options: Partial<Omit<QuantityOf<K>, 'kind'>>,
  network: MeasuredNetwork,
  measureOptions: MeasureOptions = {},
): Promise<Measurement> {
  const quantity = await createQuantity(quantityOf(kind, options), { network, seed: 1 });
  try {
    return await quantity.measure(network, moment, measureOptions);
  } finally {
    await quantity.release();
  }
}

/** The readings of a series. */
export const readingsOf = ({ readings }: Measurement, series: Reading['series']): Reading[] =>
  readings.filter((reading) => reading.series === series);

/** The only reading of a series. */
export function readingOf(measurement: Measurement, series: Reading['series']): Reading {
  const [only, ...more] = readingsOf(measurement, series);
  if (!only || more.length > 0)
    throw new Error(`expected one reading of ${series}, got ${more.length + (only ? 1 : 0)}`);
  return only;
}

/** A runtime for the tests of a file. */
export function runtimeOfFile(): () => Runtime {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());
  return () => runtime;
}
