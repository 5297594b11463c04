import { z } from 'zod';
import { sweepSchema } from '../contract/index.ts';

/** The JSON schema (draft 7) of sweep files, for editors. Files may name it themselves under `$schema`. */
export function sweepJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(sweepSchema, { io: 'input', target: 'draft-7' });
  const description = 'address of this JSON schema, for editors';
  return {
    ...schema,
    title: 'Thalweg sweep',
    description: 'A specification, and what is varied of it: many runs in one file.',
    properties: { $schema: { type: 'string', description }, ...schema.properties },
  };
}
