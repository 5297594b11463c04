import { suggest } from '../../base/index.ts';
import type { RunListEntry } from '../api/index.ts';

/** A value that a run can be searched, sorted and grouped by. */
export type RunValue = string | number | boolean;

/** Values of a specification by the key that `--set` takes for them: `optimizer.learningRate`, `probes.0.points`. */
export type FlatSpecification = Readonly<Record<string, RunValue>>;

/**
 * A specification as one value for each key. Lists of plain values are one text (`model.hidden`: "64, 64"); what is null
 * or absent has no key.
 */
export function flattenSpecification(specification: object): FlatSpecification {
  const flat: Record<string, RunValue> = {};
  const add = (value: unknown, key: string): void => {
    if (isRunValue(value)) flat[key] = value;
    else if (Array.isArray(value) && value.every(isRunValue)) {
      if (value.length > 0) flat[key] = value.join(', ');
    } else if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) add(part, key === '' ? name : `${key}.${name}`);
  };
  add(specification, '');
  return flat;
}

const isRunValue = (value: unknown): value is RunValue => ['string', 'number', 'boolean'].includes(typeof value);

/** What every run has beside its specification, by the name it is asked for. */
const facts: Readonly<Record<string, (run: RunListEntry) => RunValue | null>> = {
  id: (run) => run.id,
  status: (run) => run.status,
  tag: (run) => (run.tags.length > 0 ? run.tags.join(', ') : null),
  note: (run) => run.note || null,
  archived: (run) => run.archived,
  created: (run) => run.created,
  updated: (run) => run.updated,
  iteration: (run) => run.iteration,
  totalIterations: (run) => run.totalIterations,
  progress: (run) => (run.totalIterations > 0 ? run.iteration / run.totalIterations : null),
  parent: (run) => run.parent?.run ?? null,
  rules: (run) => run.optimizer || null,
  parameters: (run) => run.parameters,
  trainLoss: (run) => run.trainLoss,
  trainAccuracy: (run) => run.trainAccuracy,
  validationLoss: (run) => run.validationLoss,
  validationAccuracy: (run) => run.validationAccuracy,
  testLoss: (run) => run.testLoss,
  testAccuracy: (run) => run.testAccuracy,
  barriers: (run) => run.barriers,
  interpolated: (run) => run.interpolated,
  meanHeight: (run) => run.meanHeight,
  distance: (run) => run.distance,
  seconds: (run) => run.seconds,
  problem: (run) => run.problem,
};

/** The names of facts and final figures, which every run has. */
export const runFacts: readonly string[] = Object.keys(facts);

/** The value of a run for a key: a fact, a final figure, or a key of its specification; null where it has none. */
export function runValue(run: RunListEntry, key: string): RunValue | null {
  if (Object.hasOwn(facts, key)) return facts[key]!(run);
  return Object.hasOwn(run.specification, key) ? run.specification[key]! : null;
}

/** Every key that some run of a list has: the facts, then the keys of the specifications in alphabetical order. */
export function runKeys(runs: readonly RunListEntry[]): string[] {
  const keys = new Set<string>();
  for (const run of runs) for (const key in run.specification) keys.add(key);
  return [...runFacts, ...[...keys].filter((key) => !Object.hasOwn(facts, key)).sort()];
}

/** A key that was found, or why there is none. */
export type FoundKey = { readonly key: string } | { readonly problem: string };

/**
 * The key that a user means: one of `keys` in any case, or the end of exactly one (`learningRate` for
 * `optimizer.learningRate`).
 */
export function findRunKey(name: string, keys: readonly string[]): FoundKey {
  const wanted = name.toLowerCase();
  const exact = keys.find((key) => key === name) ?? keys.find((key) => key.toLowerCase() === wanted);
  if (exact !== undefined) return { key: exact };
  if (wanted === 'tags') return { key: 'tag' };
  const ending = keys.filter((key) => key.toLowerCase().endsWith(`.${wanted}`));
  if (ending.length === 1) return { key: ending[0]! };
  if (ending.length > 1) return { problem: `"${name}" could be ${listed(ending)}` };
  const tails = keys.map((key) => key.slice(key.lastIndexOf('.') + 1));
  const nearest = suggest(name, [...new Set([...keys, ...tails])]);
  return { problem: `no run has a key "${name}"${nearest.startsWith('did you') ? `, ${nearest}` : ''}` };
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ');
