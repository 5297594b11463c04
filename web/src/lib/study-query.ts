import type { Scale } from '../../../src/contract/index.ts';

export const scales: readonly Scale[] = ['smoke', 'laptop', 'paper'];
export const defaultScale: Scale = 'laptop';

/** Which runs of a paper are meant. */
export interface PlanChoice {
  readonly scale: Scale;
  /** Seeds 1 … n; null: each experiment's own number. */
  readonly seeds: number | null;
}

/** The choice in an address; what is not understood is the default. */
export function planOf(query: URLSearchParams): PlanChoice {
  const seeds = Number(query.get('seeds'));
  return {
    scale: scales.find((scale) => scale === query.get('scale')) ?? defaultScale,
    seeds: Number.isInteger(seeds) && seeds >= 1 && seeds <= 1000 ? seeds : null,
  };
}

/** The choice as the query of a request or of a link, with what comes along. */
export function planQuery({ scale, seeds }: PlanChoice, more: Readonly<Record<string, string>> = {}): string {
  return new URLSearchParams({ scale, ...(seeds !== null && { seeds: String(seeds) }), ...more }).toString();
}
