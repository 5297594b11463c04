import type { RunListEntry } from '../api/index.ts';
import { findRunKey, runValue, type FlatSpecification, type RunValue } from './keys.ts';

export type ConditionOperator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<=';

/** One condition of a query. */
export interface RunCondition {
  readonly negated: boolean;
  /** Null: the value stands anywhere in the run. */
  readonly key: string | null;
  readonly operator: ConditionOperator;
  readonly value: string;
}

/** A query as it was understood. */
export interface RunQuery {
  readonly conditions: readonly RunCondition[];
  /** What could not be understood, and was left out. */
  readonly problems: readonly string[];
}

/** What a term looks like: `-`, then a key and an operator, then a text, each text in quotes or without blanks. */
const term = /(-?)(?:([\w.]+)(!=|>=|<=|:|=|>|<))?("[^"]*"?|\S*)/gy;

/**
 * Reads a query: terms between blanks that must all hold.
 *
 * - `word`, `"two words"`: stands anywhere in the name, tags, note or specification, in any case;
 * - `key:text`: the value of the key contains the text, or is that number; `tag:x` is a whole tag;
 * - `key=x`, `key!=x`, `key>x`, `key>=x`, `key<x`, `key<=x`: compares numbers, times and texts;
 * - `-` before a term: it must not hold.
 *
 * A key is found as {@link findRunKey} finds it among `keys`; a run without a value fulfils only `!=`.
 */
export function parseRunQuery(text: string, keys: readonly string[]): RunQuery {
  const conditions: RunCondition[] = [];
  const problems: string[] = [];
  for (const part of terms(text)) {
    if (part.key === null) {
      conditions.push(part);
      continue;
    }
    const found = findRunKey(part.key, keys);
    const problem = 'problem' in found ? found.problem : problemOf(part, found.key);
    if (problem !== null) problems.push(problem);
    else if ('key' in found) conditions.push({ ...part, key: found.key });
  }
  return { conditions, problems };
}

function* terms(text: string): Generator<RunCondition> {
  const query = text.trim();
  term.lastIndex = 0;
  while (term.lastIndex < query.length) {
    while (query[term.lastIndex] === ' ') term.lastIndex++;
    const [whole, minus, key, operator, rest] = term.exec(query)!;
    if (whole === '') return;
    const value = rest!.replaceAll('"', '');
    if (key !== undefined) yield { negated: minus === '-', key, operator: operator as ConditionOperator, value };
    else if (value !== '') yield { negated: minus === '-', key: null, operator: ':', value };
  }
}

function problemOf({ operator, value }: RunCondition, key: string): string | null {
  if (value !== '') return null;
  return operator === ':' || operator === '=' || operator === '!=' ? null : `"${key}${operator}" lacks a value`;
}

/** Whether a run fulfils all conditions. */
export const fulfils = (run: RunListEntry, conditions: readonly RunCondition[]): boolean =>
  conditions.every((condition) => holds(run, condition) !== condition.negated);

/** Whether a specification without a run fulfils all conditions: its keys are all that can be asked for. */
export const specificationFulfils = (specification: FlatSpecification, conditions: readonly RunCondition[]): boolean =>
  conditions.every(({ negated, key, operator, value }) => {
    const isFulfilled =
      key === null
        ? flatText(specification).toLowerCase().includes(value.toLowerCase())
        : valueFulfils(Object.hasOwn(specification, key) ? specification[key]! : null, operator, value);
    return isFulfilled !== negated;
  });

function holds(run: RunListEntry, { key, operator, value }: RunCondition): boolean {
  if (key === null) return searchText(run).includes(value.toLowerCase());
  if (key === 'tag' && operator !== '!=')
    return value === ''
      ? run.tags.length > 0
      : run.tags.some((tag) => compared(tag, operator === ':' ? '=' : operator, value));
  if (key === 'tag') return !run.tags.some((tag) => compared(tag, '=', value));
  return valueFulfils(runValue(run, key), operator, value);
}

const valueFulfils = (actual: RunValue | null, operator: ConditionOperator, value: string): boolean =>
  actual === null ? operator === '!=' : compared(actual, operator, value);

const flatText = (specification: FlatSpecification): string =>
  Object.entries(specification)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');

function compared(actual: RunValue, operator: ConditionOperator, value: string): boolean {
  const number = value === '' ? NaN : Number(value);
  if (operator === ':') {
    if (typeof actual === 'number' && !Number.isNaN(number)) return actual === number;
    return String(actual).toLowerCase().includes(value.toLowerCase());
  }
  const order =
    typeof actual === 'number' ? actual - number : orderOfTexts(String(actual).toLowerCase(), value.toLowerCase());
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
  }
}

const orderOfTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const searchTexts = new WeakMap<RunListEntry, string>();

/** Everything that can be read of a run, in small letters. */
function searchText(run: RunListEntry): string {
  let text = searchTexts.get(run);
  if (text === undefined) {
    const { id, name, study, scale, status, optimizer, tags, note, problem, parent, specification } = run;
    const values = [id, name, study, scale, status, optimizer, ...tags, note, problem, parent?.run];
    text = [...values, flatText(specification)].join('\n').toLowerCase();
    searchTexts.set(run, text);
  }
  return text;
}
