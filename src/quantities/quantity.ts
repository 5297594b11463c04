import type { HostTensor } from '../base/index.ts';
import type { MetricRecord } from '../contract/index.ts';
import type { MeasuredNetwork, NetworkPoint } from '../curvature/index.ts';
import type { ChunkedExamples } from '../train/index.ts';

/** One number that was read off a point θ. */
export type Reading = Omit<MetricRecord, 'iteration'>;

/** Where training stands at the point: what the update that follows it would use. */
export interface Moment {
  /** t of θ_t. */
  readonly iteration: number;
  /** η of update t. */
  readonly learningRate: number;
  /** β of update t; 0 without momentum. */
  readonly momentum: number;
  /** Examples of update t, with their number the batch of the whole training set for full-batch descent. */
  readonly batchSize: number;
}

/** Everything that one measurement gave. */
export interface Measurement {
  readonly readings: readonly Reading[];
  /** Products with a matrix, or passes over all examples where there is none. */
  readonly products: number;
  /** Whether every value reached the accuracy that was asked for; null where nothing iterates. */
  readonly converged: boolean | null;
  /** Vectors and per-example values by name; only when they were asked for. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

export interface MeasureOptions {
  /** Whether vectors are wanted as well; default false. */
  readonly tensors?: boolean;
  readonly onProgress?: (progress: { readonly products: number; readonly of: number }) => void;
}

/**
 * Something that is measured at a point θ of a network: by a probe along training, from a checkpoint afterwards, or by the
 * library's user. It is compiled once and measures at any number of points.
 */
export interface Quantity {
  /** Products (or passes) of one measurement at most: its price. */
  readonly maxProducts: number;
  /** Whether a measurement may take fewer: it stops as soon as it has converged. */
  readonly stopsEarly: boolean;
  measure(point: NetworkPoint, moment: Moment, options?: MeasureOptions): Promise<Measurement>;
  /** Makes some of these products (or passes) at a point and forgets them: how many. Timed, they predict seconds. */
  rehearse(point: NetworkPoint): Promise<number>;
  release(): Promise<void>;
}

/** What a quantity is made for. */
export interface QuantitySetting {
  /** The network at any point, with the examples of the quantity in their chunks. */
  readonly network: MeasuredNetwork;
  /** Seed of random probes and starting vectors. */
  readonly seed: number;
  /** The batch of update t, for quantities of batches, which release it; absent: the examples of the network are their batch. */
  readonly batchAt?: (iteration: number) => ChunkedExamples;
}

/** A reading without a coordinate. `standardError` null: exact for the examples it was measured on. */
export const reading = (
  series: Reading['series'],
  value: number,
  examples: number | null,
  standardError: number | null = null,
): Reading => ({ series, coordinate: null, value, standardError, examples });

/** One reading for each of some values, at coordinates 1, 2, … unless others are given. */
export const readings = (
  series: Reading['series'],
  values: readonly number[],
  examples: number | null,
  coordinates: readonly number[] = values.map((_, index) => index + 1),
): Reading[] =>
  values.map((value, index) => ({
    series,
    coordinate: coordinates[index]!,
    value,
    standardError: null,
    examples,
  }));
