import { z } from 'zod';
import { specificationSchema } from '../specification/index.ts';

/** A place in a specification: `['probes', 0, 'points']`. */
export type Path = readonly PropertyKey[];

export type Schema = z.core.$ZodType;

/** `probes.0.points`: how a path is written in messages and in `--set`. */
export const formatPath = (path: Path): string => path.map(String).join('.');

/** The value at a path of plain data, or undefined where the path leads nowhere. */
export function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    input,
  );
}

/** True for what can have keys: a mapping or a list. */
export function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The schema of the value at `path`; `input` decides between variants. Undefined where the schema `root` ends. */
export function schemaAt(path: Path, input: unknown, root: Schema = specificationSchema): Schema | undefined {
  let schema: Schema | undefined = root;
  for (const [depth, key] of path.entries()) {
    if (schema === undefined) return undefined;
    schema = child(variant(schema, valueAt(input, path.slice(0, depth))), key);
  }
  return schema && bare(schema);
}

/** Keys that the mapping at `path` may have: of its variant when `input` names a known one, else of all variants. */
export function keysAt(path: Path, input: unknown, root?: Schema): string[] {
  const schema = schemaAt(path, input, root);
  if (schema === undefined) return [];
  const chosen = variant(schema, valueAt(input, path));
  return [...new Set(alternatives(chosen).flatMap(keysOf))];
}

/** The key that selects among the variants at `path` (`name`, `kind`), or undefined when there is one kind only. */
export function discriminatorAt(path: Path, input: unknown): string | undefined {
  const schema = schemaAt(path, input);
  return schema instanceof z.ZodDiscriminatedUnion ? schema.def.discriminator : undefined;
}

/** True when the value at `path` is a list. */
export const isListAt = (path: Path, input: unknown): boolean => schemaAt(path, input) instanceof z.ZodArray;

/** Every path in the schema that ends in `key`, with list positions left out: where a misplaced key belongs. */
export function pathsOfKey(key: string, root: Schema = specificationSchema): Path[] {
  const found = new Map<string, Path>();
  const visit = (schema: Schema, path: Path): void => {
    for (const alternative of alternatives(bare(schema))) {
      if (alternative instanceof z.ZodArray) visit(alternative.element, path);
      for (const name of keysOf(alternative)) {
        if (name === key) found.set(formatPath([...path, name]), [...path, name]);
        visit(shapeOf(alternative)[name]!, [...path, name]);
      }
    }
  };
  visit(root, []);
  return [...found.values()];
}

/** The schema inside defaults and optional marks. */
function bare(schema: Schema): Schema {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? bare(schema.unwrap()) : schema;
}

/** The variant of a discriminated union that `value` names; the schema itself in every other case. */
function variant(schema: Schema, value: unknown): Schema {
  const union = bare(schema);
  if (!(union instanceof z.ZodDiscriminatedUnion) || !isContainer(value)) return union;
  const named = value[union.def.discriminator];
  const matches = (option: Schema): boolean => {
    const literal = shapeOf(option)[union.def.discriminator];
    return literal instanceof z.ZodLiteral && literal.values.has(named as string);
  };
  return union.options.find(matches) ?? union;
}

function child(schema: Schema, key: PropertyKey): Schema | undefined {
  for (const alternative of alternatives(schema)) {
    if (alternative instanceof z.ZodArray) return bare(alternative.element);
    const shape = shapeOf(alternative);
    if (Object.hasOwn(shape, key)) return bare(shape[String(key)]!);
  }
  return undefined;
}

const alternatives = (schema: Schema): readonly Schema[] =>
  schema instanceof z.ZodUnion ? schema.options.flatMap((option) => alternatives(bare(option))) : [schema];

/** The schemas of a mapping's keys; empty for everything else. */
const shapeOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  schema instanceof z.ZodObject ? schema.shape : {};

const keysOf = (schema: Schema): string[] => Object.keys(shapeOf(schema));
