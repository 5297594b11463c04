import { isVaried, valueOf } from './keys.ts';
import type { ComparedKey } from './keys.ts';
import type { RunValue } from '../../../../src/contract/index.ts';
import type { ComparedRun } from './runs.ts';

/** A key whose values differ, with the value of each run in their order. */
export interface Difference {
  readonly key: string;
  readonly values: readonly (RunValue | null)[];
}

/** The keys of the specifications in which runs differ, names included, in the order of `keys`. */
export const differencesOf = (runs: readonly ComparedRun[], keys: readonly ComparedKey[]): Difference[] =>
  keys.filter(isVaried).map(({ key }) => ({ key, values: runs.map((run) => valueOf(run, key)) }));

/** Keys that make several runs of one setting. */
const repeated: ReadonlySet<string> = new Set(['seed', 'start', 'name']);

/** A text that is the same for runs whose specifications differ in seed, start and name at most. */
export function settingOf({ specification }: Pick<ComparedRun, 'specification'>): string {
  const entries = Object.entries(specification).filter(([key]) => !repeated.has(key));
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
