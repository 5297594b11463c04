import { createHash } from 'node:crypto';
import type { Specification } from '../contract/index.ts';

/** Digest of what decides the numbers of a run: names and the number of threads do not. */
export const definitionOf = (specification: Specification): string => digestOf(decisiveOf(specification));

/** The same without the digests of the files that it names: a run notes them, where its plan need not know them. */
export function definitionWithoutFiles(specification: Specification): string {
  const { model, initial, ...rest } = decisiveOf(specification);
  return digestOf({ ...rest, model: withoutDigest(model), ...(initial && { initial: withoutDigest(initial) }) });
}

function decisiveOf(specification: Specification) {
  const { study: _study, scale: _scale, name: _name, threads: _threads, ...rest } = specification;
  return rest;
}

const withoutDigest = (named: object): object =>
  Object.fromEntries(Object.entries(named).filter(([key]) => key !== 'sha256'));

/** Sixteen hexadecimal digits of the SHA-256 of plain data, whatever the order of its keys. */
export const digestOf = (content: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
    .slice(0, 16);

/** The same content with keys in one order. */
function sorted(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(sorted);
  if (typeof content !== 'object' || content === null) return content;
  const entries = Object.entries(content).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, sorted(value)]));
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '');

/**
 * The name of a run or result that is planned: `<stem>-<words>-s<seed>-<first digits of its definition>`. The same plan gives the
 * same names, so that what exists is found again.
 */
export function plannedId(stem: string, words: readonly string[], seed: number, definition: string): string {
  const parts = [stem, ...words].map(slug).filter(Boolean).join('-').slice(0, 90);
  return `${parts}-s${seed}-${definition.slice(0, 8)}`;
}
