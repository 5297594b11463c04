import { z } from 'zod';
import { specificationSchema } from './specification/index.ts';
import { sweepSchema } from './sweep/index.ts';

/**
 * The JSON schema (draft 7, which editors know best) of a kind of file: completion, hover texts and checks while one
 * writes. Files may name it themselves under `$schema`.
 */
function jsonSchemaOf(schema: z.ZodType, title: string, description: string): Record<string, unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  const address = { type: 'string', description: 'address of this JSON schema, for editors' };
  return { ...json, title, description, properties: { $schema: address, ...json.properties } };
}

/** The JSON schema of specification files. */
export const specificationJsonSchema = (): Record<string, unknown> =>
  jsonSchemaOf(specificationSchema, 'Thalweg specification', 'Everything that decides the numbers of a run.');

/** The JSON schema of sweep files. */
export const sweepJsonSchema = (): Record<string, unknown> =>
  jsonSchemaOf(sweepSchema, 'Thalweg sweep', 'A specification, and what is varied of it: many runs in one file.');
