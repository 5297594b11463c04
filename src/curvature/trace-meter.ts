import type { MeasuredNetwork, NetworkPoint } from './network.ts';

/** Measures something of every example at any number of points, by programs that are compiled once. */
export interface ExampleMeter<T> {
  /** Passes over all examples that one measurement makes. */
  readonly passes: number;
  at(point: NetworkPoint): Promise<T>;
  /** Makes one of these passes, and forgets it. */
  pass(point: NetworkPoint): Promise<void>;
  release(): Promise<void>;
}

/** What a meter finds at a network's own point; it is released. */
export async function measureOnce<T>(network: MeasuredNetwork, meter: Promise<ExampleMeter<T>>): Promise<T> {
  const made = await meter;
  try {
    return await made.at(network);
  } finally {
    await made.release();
  }
}
