import { isContainer } from '../../../../src/contract/index.ts';
import type { FieldKind } from './schema.ts';

/** A place in a specification. */
export type FieldPath = readonly (string | number)[];

/** A copy in which the value at a path is another, or is not there any more (undefined). */
export function replaced(root: unknown, path: FieldPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(root) ? [...(root as unknown[])] : [];
    const next = replaced(list[key], rest, value);
    if (next === undefined) list.splice(key, 1);
    else list[key] = next;
    return list;
  }
  const mapping: Record<string, unknown> = isContainer(root) && !Array.isArray(root) ? { ...root } : {};
  const next = replaced(mapping[key], rest, value);
  if (next === undefined) delete mapping[key];
  else mapping[key] = next;
  return mapping;
}

/** A copy of a list with two neighbours exchanged. */
export function exchanged<T>(list: readonly T[], index: number, other: number): T[] {
  return list.map((entry, place) => list[place === index ? other : place === other ? index : place] ?? entry);
}

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const numberOr = (text: string): number | string => (numeric.test(text) ? Number(text) : text);

/** What a reader typed into a field; nothing typed is undefined: the default. What is no number stays text, to be found wrong. */
export function parseField(kind: FieldKind, typed: string): unknown {
  const text = typed.trim();
  if (text === '') return undefined;
  if (kind === 'text') return typed;
  if (kind === 'switch') return text === 'true';
  const isList = kind === 'list' || (kind === 'mixed' && /^\[|,/.test(text));
  if (!isList) return kind === 'choice' ? text : numberOr(text);
  const entries = text.replace(/^\[|\]$/g, '').split(',');
  return entries.map((entry) => entry.trim()).flatMap((entry) => (entry === '' ? [] : [numberOr(entry)]));
}

/** A value as a reader types it. */
export function writeField(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map(writeField).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `learningRate` as words: `Learning rate`. */
export function wordsOf(key: string): string {
  const words = key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
