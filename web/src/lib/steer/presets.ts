import type { RunDetail, SpecificationCheck } from '../../../../src/contract/index.ts';
import { askJson } from '../api.ts';
import { withoutDefaults } from './schema.ts';
import type { Mapping, SchemaNode } from './schema.ts';

/** What a new specification begins with: a study at a scale, or another run. */
export type Beginning = { readonly study: string; readonly scale: string } | { readonly like: string };

export const firstBeginning: Beginning = { study: 'quickstart', scale: 'laptop' };

/** The beginning that an address names. */
export function beginningOf(query: URLSearchParams): Beginning {
  const like = query.get('like');
  if (like !== null) return { like };
  return { ...firstBeginning, ...pick(query, 'study'), ...pick(query, 'scale') };
}

const pick = (query: URLSearchParams, key: string): Record<string, string> => {
  const value = query.get(key);
  return value === null ? {} : { [key]: value };
};

/** The specification that something begins with, as it would be written. Throws `ApiError`. */
export async function load(beginning: Beginning, schema: SchemaNode): Promise<Mapping> {
  if ('like' in beginning) {
    const { run } = await askJson<RunDetail>(`/runs/${encodeURIComponent(beginning.like)}`);
    return withoutDefaults(schema, run.specification) as Mapping;
  }
  const check = await askJson<SpecificationCheck>('/plan', { method: 'POST', body: beginning });
  return withoutDefaults(schema, check.input) as Mapping;
}

/** Where the browser keeps what was typed, so that going back or reloading does not lose it. */
export const draftKey = (beginning: Beginning): string => `thalweg.draft.${JSON.stringify(Object.values(beginning))}`;

export function remembered(key: string): Mapping | null {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as Mapping);
  } catch {
    return null;
  }
}
