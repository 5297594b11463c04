import type { HostTensor } from '../base/index.ts';
import type { MetricRecord, SeriesName } from '../contract/index.ts';
import type { DeviceNetwork, Update } from '../train/index.ts';

/**
 * A measurement along training. It reads the state and returns records; it never changes anything. At every iteration t
 * first `visit` sees θ_t, then `afterUpdate` the step from θ_t to θ_{t+1}; what either returns belongs to iteration t.
 */
export interface Probe {
  /** Quantities of θ_t, also of the last one, after which no update follows. */
  visit?(iteration: number, network: DeviceNetwork): Promise<MetricRecord[]>;
  /** Quantities of the update from θ_t to θ_{t+1}. */
  afterUpdate?(update: Update): Promise<MetricRecord[]>;
  /** What a resumed run needs beside θ_t to go on with the same numbers. */
  state?(): Record<string, HostTensor>;
  /** Products with a matrix, or passes over its examples, made so far; absent: it makes none. */
  products?(): number;
  release(): Promise<void>;
}

/** A record that is exact: no standard error, the number of examples where it comes from examples. */
export const exactRecord = (
  series: SeriesName,
  iteration: number,
  value: number,
  examples: number | null = null,
): MetricRecord => ({
  series,
  iteration,
  coordinate: null,
  value,
  standardError: null,
  examples,
});
