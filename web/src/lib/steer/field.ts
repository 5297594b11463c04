import type { Draft } from './draft.svelte.ts';
import type { SchemaNode } from './schema.ts';
import type { FieldPath } from './values.ts';

/** What every field of the form is told. */
export interface FieldProps {
  readonly draft: Draft;
  readonly path: FieldPath;
  readonly node: SchemaNode;
  readonly required: boolean;
}
