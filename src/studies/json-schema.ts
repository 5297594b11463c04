import { z } from 'zod';
import { specificationSchema } from '../contract/index.ts';

/**
 * The JSON schema (draft 7, which editors know best) of specification files: completion, hover texts and checks while
 * one writes. Files may name it themselves under `$schema`.
 */
export function specificationJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(specificationSchema, { io: 'input', target: 'draft-7' });
  const description = 'address of this JSON schema, for editors';
  return {
    ...schema,
    title: 'Thalweg specification',
    description: 'Everything that decides the numbers of a run.',
    properties: { $schema: { type: 'string', description }, ...schema.properties },
  };
}
