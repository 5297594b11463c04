import { suggest, ThalwegError } from '../base/index.ts';
import {
  describeProblem,
  formatPath,
  quantityKinds,
  quantitySchema,
  quantityShapes,
  type QuantityKind,
  type QuantitySpecification,
} from '../contract/index.ts';
import { parseAssignment, type Assignment } from './assignment.ts';

/** Quantities that a user asks for on the command line. */
export interface QuantitiesRequest {
  /** Kinds of quantities, each text one or several with commas between. */
  readonly names: readonly string[];
  /** `key=value` for every one of them that has the key, or `kind.key=value` for one. */
  readonly sets?: readonly string[];
  /** For every one of them. */
  readonly examples?: number | 'all';
}

/**
 * The specifications of quantities, every default filled in, each kind once in the order of its first mention. Throws
 * `USAGE` for a name or key that there is not, `SPECIFICATION_INVALID` for a value that is not allowed.
 */
export function resolveQuantities({ names, sets = [], examples }: QuantitiesRequest): QuantitySpecification[] {
  const chosen = names.flatMap((text) => text.split(',')).map(chosenBy);
  const kinds = [...new Set(chosen.map(({ kind }) => kind))];
  const inputs = new Map(
    chosen.map((input) => [input.kind, { ...input, ...(examples === undefined ? {} : { examples }) }]),
  );
  for (const assignment of sets.map(parseAssignment))
    for (const { kind, key } of targets(assignment, kinds))
      inputs.set(kind, { ...inputs.get(kind)!, [key]: assignment.value });
  return [...inputs.values()].map(parseQuantity);
}

/** Short names of quantities with some of their options. */
const shorthands: Readonly<Record<string, { readonly kind: QuantityKind }>> = {
  'hessian-top': { kind: 'hessian-spectrum', ...{ k: 1, mostNegative: false } },
  'exact-per-example-trace': { kind: 'per-example-hessian-trace', ...{ method: 'exact' } },
};

/** The quantity of a name, or of a short name with its options. */
function chosenBy(name: string): { readonly kind: QuantityKind } {
  const found = quantityKinds.find((kind) => kind === name.trim());
  if (found !== undefined) return { kind: found };
  if (Object.hasOwn(shorthands, name.trim())) return shorthands[name.trim()]!;
  const advice = suggest(name.trim(), [...quantityKinds, ...Object.keys(shorthands)]);
  throw new ThalwegError('USAGE', `--quantity: unknown value ${JSON.stringify(name)}, ${advice}`);
}

/** The key of each quantity that an assignment sets. */
function targets({ path }: Assignment, kinds: readonly QuantityKind[]): { kind: QuantityKind; key: string }[] {
  const [first, second, ...rest] = path.map(String);
  const wrong = (expected: string): ThalwegError => new ThalwegError('USAGE', `--set ${formatPath(path)}: ${expected}`);
  if (rest.length > 0) throw wrong('expected key=value or quantity.key=value');
  if (second !== undefined && !kinds.some((kind) => kind === first))
    throw wrong(`expected one of the chosen quantities before the key: ${kinds.join(', ')}`);
  const candidates = second === undefined ? kinds : kinds.filter((kind) => kind === first);
  const key = second ?? first!;
  const having = candidates.filter((kind) => keysOf(kind).includes(key));
  if (having.length > 0) return having.map((kind) => ({ kind, key }));
  const keys = [...new Set(candidates.flatMap(keysOf))];
  throw wrong(`unknown key ${JSON.stringify(key)}, ${suggest(key, keys)}`);
}

const keysOf = (kind: QuantityKind): string[] => Object.keys(quantityShapes[kind]).filter((key) => key !== 'kind');

function parseQuantity(input: { readonly kind: QuantityKind }): QuantitySpecification {
  const result = quantitySchema.safeParse(input);
  if (result.success) return result.data;
  // The wording knows the schema of specifications, where a quantity is a probe.
  const place = ['probes', 0];
  const issues = result.error.issues.map((issue) => ({ ...issue, path: [...place, ...issue.path] }));
  const { path, message } = describeProblem(issues, { probes: [input] });
  throw new ThalwegError(
    'SPECIFICATION_INVALID',
    `${formatPath([input.kind, ...path.slice(place.length)])}: ${message}`,
  );
}
