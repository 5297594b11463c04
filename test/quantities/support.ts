import { afterAll, beforeAll } from 'vitest';
import { sizeOf } from '../../src/base/index.ts';
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
import type { Examples } from '../../src/train/index.ts';
import { flatParameters, gradientFunction, type Case } from '../curvature/support.ts';
import { cpuRuntime } from '../train/support.ts';

/** The specification of a quantity as a user may write it, with its defaults. */
export const quantityOf = <K extends QuantityKind>(
  kind: K,
  options: Partial<Omit<QuantityOf<K>, 'kind'>> = {},
): QuantityOf<K> => quantitySchema.parse({ kind, ...options }) as QuantityOf<K>;

/** The moment before the first update of plain gradient descent. */
export const moment = (changes: Partial<Moment> = {}): Moment => ({
  iteration: 0,
  learningRate: 0.1,
  momentum: 0,
  batchSize: 10,
  ...changes,
});

/** One measurement of a quantity at a network's own point. */
export async function measure<K extends QuantityKind>(
  kind: K,
  options: Partial<Omit<QuantityOf<K>, 'kind'>>,
  network: MeasuredNetwork,
  measureOptions: MeasureOptions = {},
): Promise<Measurement> {
  const quantity = await createQuantity(quantityOf(kind, options), { network, seed: 1 });
  try {
    return await quantity.measure(network, moment(), measureOptions);
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

/** Values of one series, in their order. */
export const valuesIn = (readings: readonly Reading[], series: Reading['series']): number[] =>
  readings.filter((reading) => reading.series === series).map(({ value }) => value);

/** The only reading of a series. */
export function readingIn(readings: readonly Reading[], series: Reading['series']): Reading {
  const found = readings.filter((reading) => reading.series === series);
  if (found.length !== 1) throw new Error(`expected one reading of ${series}, got ${found.length}`);
  return found[0]!;
}

/** Gradients of the objective at single examples, each a batch of one, in float64 by the reference interpreter: rows. */
export const singleGradients = (given: Case): Float64Array[] =>
  Array.from({ length: given.examples.count }, (_, index) => gradientFunction(given, [index])(flatParameters(given)));

/** Mean of rows. */
export const meanRow = (rows: readonly Float64Array[]): Float64Array =>
  rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);

/** Covariance of rows by 1/(N−1): rows of the matrix. */
export function covarianceOf(rows: readonly Float64Array[]): Float64Array[] {
  const centre = meanRow(rows);
  const centred = rows.map((row) => row.map((value, k) => value - centre[k]!));
  return Array.from(centre, (_, j) =>
    centre.map((__, k) => centred.reduce((sum, row) => sum + row[j]! * row[k]!, 0) / (rows.length - 1)),
  );
}

/** Trace of a matrix of rows. */
export const traceOf = (rows: readonly ArrayLike<number>[]): number =>
  rows.reduce((sum, row, index) => sum + row[index]!, 0);

/** Some of the examples, as a set of their own. */
export function subset({ objective: { model }, examples }: Case, indices: readonly number[]): Examples {
  const width = sizeOf(model.inputShape);
  const inputs = indices.flatMap((index) => Array.from(examples.inputs.subarray(index * width, (index + 1) * width)));
  return {
    inputs: Float32Array.from(inputs),
    labels: indices.map((index) => examples.labels[index]!),
    count: indices.length,
  };
}
