import type { RunValue } from '../../../../src/contract/index.ts';
import type { ComparedRun } from './runs.ts';

/** A key of specifications, with the values that the chosen runs have for it. */
export interface ComparedKey {
  readonly key: string;
  /** Each value once, in its order: numbers by size, texts by alphabet; null (no value) comes first. */
  readonly values: readonly (RunValue | null)[];
}

/** Keys by which nobody groups: they name a run, or make it one of several of the same kind. */
const ofOneRun: ReadonlySet<string> = new Set(['name', 'seed', 'start']);
/** Keys that researchers vary first. */
const preferred = ['optimizer.learningRate', 'optimizer.batchSize', 'optimizer.momentum', 'optimizer.name'];
const texts = new Intl.Collator('en', { numeric: true });

/** Key by which each run is a group of its own. */
export const runKey = 'run';

/** The value of a run for a key; null where it has none. */
export const valueOf = (run: ComparedRun, key: string): RunValue | null =>
  key === runKey ? run.id : Object.hasOwn(run.specification, key) ? run.specification[key]! : null;

/**
 * Every key that some run has, with its values: first those whose values differ among the runs (learning rate and batch
 * size before others), then the rest, each part in alphabetical order.
 */
export function comparedKeys(runs: readonly ComparedRun[]): ComparedKey[] {
  const names = [...new Set(runs.flatMap(({ specification }) => Object.keys(specification)))];
  const keys = names.map((key) => ({ key, values: valuesOf(runs, key) }));
  return keys.sort(
    (a, b) =>
      Number(isVaried(b)) - Number(isVaried(a)) || preference(a.key) - preference(b.key) || texts.compare(a.key, b.key),
  );
}

export const isVaried = ({ values }: ComparedKey): boolean => values.length > 1;

/** The keys in which runs differ, but for the ones that make several runs of one setting: its seed, start and name. */
export const settingKeys = (keys: readonly ComparedKey[]): ComparedKey[] =>
  keys.filter((entry) => isVaried(entry) && !ofOneRun.has(entry.key));

/** Whether the values of a key have an order: all of them are numbers. */
export const isOrdered = ({ values }: ComparedKey): boolean =>
  values.every((value) => value === null || typeof value === 'number');

function valuesOf(runs: readonly ComparedRun[], key: string): (RunValue | null)[] {
  return [...new Set(runs.map((run) => valueOf(run, key)))].sort(compareValues);
}

/** No value, then numbers by size, then texts by alphabet. */
export function compareValues(a: RunValue | null, b: RunValue | null): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Number(typeof b === 'number') - Number(typeof a === 'number') || texts.compare(String(a), String(b));
}

const preference = (key: string): number => {
  const index = preferred.indexOf(key);
  return index < 0 ? preferred.length : index;
};

/** A value as it stands in legends and tables. */
export const valueText = (value: RunValue | null): string =>
  value === null ? 'none' : typeof value === 'number' ? String(value).replace('-', '−') : String(value);

const words: Readonly<Record<string, string>> = {
  [runKey]: 'run',
  'optimizer.learningRate': 'learning rate',
  'optimizer.batchSize': 'batch size',
  'optimizer.momentum': 'momentum',
  'optimizer.name': 'update rule',
};

/** A key in words, where it has some. */
export const keyTitle = (key: string): string => words[key] ?? key;
