import type { RunListEntry } from '../api/index.ts';
import { runValue } from './keys.ts';

/** In which order a list of runs stands. */
export interface RunOrder {
  /** As for {@link runValue}. */
  readonly key: string;
  readonly descending: boolean;
}

/** Newest first. */
export const newestFirst: RunOrder = { key: 'created', descending: true };

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The runs in an order. Runs without a value come last in either direction; equal ones stand newest first. */
export function sortRuns(runs: readonly RunListEntry[], { key, descending }: RunOrder): RunListEntry[] {
  const sign = descending ? -1 : 1;
  // Times are written so that plain texts are in their order, which is quicker to find.
  if (key === 'created') return runs.toSorted((a, b) => (descending ? byAge(a, b) : byAge(b, a)));
  const keyed = runs.map((run) => ({ run, value: runValue(run, key) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null) || byAge(a.run, b.run);
    const order =
      typeof a.value === 'number' && typeof b.value === 'number'
        ? a.value - b.value
        : names.compare(String(a.value), String(b.value));
    return sign * order || byAge(a.run, b.run);
  });
  return keyed.map(({ run }) => run);
}

/** The newest first, and equally old ones by their names backwards: `x-2` before `x-1`. */
export const byAge = (a: RunListEntry, b: RunListEntry): number =>
  backwards(a.created, b.created) || backwards(a.id, b.id);

const backwards = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
