import { z } from 'zod';

/** A tag: a short name without comma, quote or control character, so that it can be written in lists and queries. */
export const tagSchema = z
  .string()
  .trim()
  .min(1, 'expected a tag of at least one character')
  .max(64, 'expected a tag of at most 64 characters')
  .regex(/^[^\p{Cc},"]*$/u, 'expected a tag without commas, quotes and control characters');

const tags = z
  .array(tagSchema)
  .max(100, 'expected at most 100 tags')
  .transform((given) => [...new Set(given)])
  .describe('each once, in the order in which they were given');

const note = z.string().max(20_000, 'expected a note of at most 20,000 characters').describe('plain text');

export const annotationsVersion = 1;

/** `annotations.json` of a run: what people say of it. It changes no number. */
export const annotationsSchema = z.strictObject({
  version: z.literal(annotationsVersion).default(annotationsVersion),
  tags: tags.default([]),
  note: note.default(''),
  archived: z.boolean().default(false).describe('left out of lists until it is asked for'),
});
export type Annotations = z.output<typeof annotationsSchema>;

/** A change of annotations. What is absent stays; `addTags` and `removeTags` apply after `tags`. */
export const annotationChangeSchema = z.strictObject({
  tags: tags.optional().describe('replaces all tags'),
  addTags: tags.optional(),
  removeTags: tags.optional(),
  note: note.optional(),
  archived: z.boolean().optional(),
});
export type AnnotationChange = z.output<typeof annotationChangeSchema>;

/** The annotations of a run that has none. */
export const noAnnotations: Annotations = annotationsSchema.parse({});

/** Annotations with a change made. */
export function annotated(annotations: Annotations, change: AnnotationChange): Annotations {
  const removed = new Set(change.removeTags);
  const tags = new Set([...(change.tags ?? annotations.tags), ...(change.addTags ?? [])]);
  return {
    ...annotations,
    tags: [...tags].filter((tag) => !removed.has(tag)),
    note: change.note ?? annotations.note,
    archived: change.archived ?? annotations.archived,
  };
}
