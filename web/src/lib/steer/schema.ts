/** The part of JSON Schema in which the schema of specifications is written. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode | false;
  readonly prefixItems?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/**
 * How a value is asked for: `variants` of a mapping (told apart by one key), a `mapping`, a list of mappings (`entries`), a
 * `choice` of few, yes or no (`switch`), a number, a text, a `list` of such, or a word, number or list (`mixed`);
 * `alternatives` are kinds of which one has keys.
 */
export type FieldKind =
  'variants' | 'alternatives' | 'mapping' | 'entries' | 'choice' | 'switch' | 'number' | 'text' | 'list' | 'mixed';

export function fieldKind(node: SchemaNode): FieldKind {
  if (node.oneOf) return 'variants';
  if (node.anyOf) return node.anyOf.some(hasKeys) ? 'alternatives' : 'mixed';
  if (node.enum) return 'choice';
  if (node.type === 'boolean') return 'switch';
  if (node.type === 'object') return 'mapping';
  if (node.type === 'array') return node.items && hasKeys(node.items) ? 'entries' : 'list';
  return node.type === 'number' || node.type === 'integer' ? 'number' : 'text';
}

/** Whether a value has fields of its own below its name. */
export const isGroup = (node: SchemaNode): boolean => ['variants', 'mapping', 'entries'].includes(fieldKind(node));

const hasKeys = (node: SchemaNode): boolean => node.oneOf !== undefined || node.type === 'object';

/** The key that tells the variants apart (`name`, `kind`), and what it is in each. */
export function discriminatorOf(node: SchemaNode): { readonly key: string; readonly names: readonly string[] } {
  const [first] = node.oneOf ?? [];
  const key = Object.keys(first?.properties ?? {}).find((name) => first!.properties![name]!.const !== undefined) ?? '';
  return { key, names: (node.oneOf ?? []).map((variant) => String(variant.properties?.[key]?.const)) };
}

/** The variant that a value names; undefined for none. */
export function variantOf(node: SchemaNode, value: unknown): SchemaNode | undefined {
  const { key, names } = discriminatorOf(node);
  const name = isMapping(value) ? value[key] : undefined;
  return node.oneOf?.[names.findIndex((candidate) => candidate === name)];
}

/** The keys of a mapping, or of the variant that a value names, without the one that names it. */
export function keysOf(node: SchemaNode, value: unknown): readonly (readonly [key: string, node: SchemaNode])[] {
  const mapping = node.oneOf ? variantOf(node, value) : node;
  return Object.entries(mapping?.properties ?? {}).filter(([, child]) => child.const === undefined);
}

export type Mapping = Readonly<Record<string, unknown>>;
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Names another variant: keys that only the old one knows are dropped, and the defaults of the new one hold, as with `--set`.
 */
export function renamed(node: SchemaNode, value: unknown, name: string): Mapping {
  const { key, names } = discriminatorOf(node);
  const known = node.oneOf?.[names.indexOf(name)]?.properties ?? {};
  const kept = Object.entries(isMapping(value) ? value : {}).filter(([old]) => old !== key && old in known);
  return Object.fromEntries([[key, name], ...kept]);
}

/** The same without what the defaults say anyway. */
export function withoutDefaults(node: SchemaNode, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = node;
    return items ? value.map((entry) => withoutDefaults(items, entry)) : value;
  }
  if (!isMapping(value)) return value;
  const properties = mappingOf(node, value)?.properties;
  if (!properties) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => {
      const property = properties[key];
      if (!property) return [[key, child] as const];
      if (property.default !== undefined && same(child, property.default)) return [];
      return [[key, withoutDefaults(property, child)] as const];
    }),
  );
}

/** The mapping that a value is of, among variants and alternatives. */
function mappingOf(node: SchemaNode, value: unknown): SchemaNode | undefined {
  if (node.oneOf) return variantOf(node, value);
  if (node.anyOf) return node.anyOf.map((option) => mappingOf(option, value)).find(Boolean);
  return node.type === 'object' ? node : undefined;
}

/** Whether two values of JSON are equal; the order of keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((entry, i) => same(entry, b[i]));
  if (!isMapping(a) || !isMapping(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}
