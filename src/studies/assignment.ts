import { parseDocument } from 'yaml';
import { messageOf, ThalwegError } from '../base/index.ts';
import { discriminatorAt, formatPath, isContainer, isListAt, keysAt, type Path } from '../contract/index.ts';

/** A value for a place of a specification: one `--set path=value`. */
export interface Assignment {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * Reads `a.b=value`. The value is YAML: a number, a text, `[64, 64]`, `{name: gd}`. Positions in lists are numbers
 * from 0: `probes.0.points=21`. Throws `USAGE`.
 */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  const names = text.slice(0, Math.max(equals, 0)).split('.');
  if (equals < 1 || names.some((name) => name === '')) {
    throw new ThalwegError(
      'USAGE',
      `--set: expected key=value such as optimizer.learningRate=0.05, got ${JSON.stringify(text)}`,
    );
  }
  const document = parseDocument(text.slice(equals + 1), { prettyErrors: false });
  try {
    const problem = document.errors[0];
    if (problem) throw problem;
    // Aliases are resolved here, which fails for unknown names and for exponential nesting.
    return { path: parseKey(names.join('.')), value: document.toJS() as unknown };
  } catch (cause) {
    const message = `--set ${names.join('.')}: the value is not valid YAML: ${messageOf(cause)}`;
    throw new ThalwegError('USAGE', message, { cause });
  }
}

/** The path that `a.0.b` names. */
export const parseKey = (key: string): Path => key.split('.').map((name) => (/^\d+$/.test(name) ? Number(name) : name));

/**
 * A copy of `input` with the assignments made, the ones that choose a variant (`optimizer.name=gd`) first: keys that
 * only the old variant knows are then dropped, and the new one's defaults hold. Throws `SPECIFICATION_INVALID` for a
 * path that leads through something without keys; its message begins with `subject`.
 */
export function applyAssignments(input: unknown, assignments: readonly Assignment[], subject = '--set'): unknown {
  const result = structuredClone(input);
  const choosesVariant = ({ path }: Assignment): boolean => discriminatorAt(path.slice(0, -1), result) === path.at(-1);
  const first = assignments.filter(choosesVariant);
  for (const assignment of first) chooseVariant(result, assignment, subject);
  for (const assignment of assignments) if (!first.includes(assignment)) assign(result, assignment, subject);
  return result;
}

function chooseVariant(root: unknown, assignment: Assignment, subject: string): void {
  const parent = assignment.path.slice(0, -1);
  const old = keysAt(parent, root);
  const node = assign(root, assignment, subject);
  const known = keysAt(parent, root);
  // Keys that neither variant knows stay, so that a misspelling is reported and not swallowed.
  for (const key of Object.keys(node)) if (old.includes(key) && !known.includes(key)) delete node[key];
}

/** Sets one value and returns the mapping or list that now holds it. */
function assign(root: unknown, { path, value }: Assignment, subject: string): Record<PropertyKey, unknown> {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const container = holder(node, path, depth, subject);
    if (depth === path.length - 1) {
      container[key] = value;
      return container;
    }
    if (!Object.hasOwn(container, key)) container[key] = isListAt(path.slice(0, depth + 1), root) ? [] : {};
    node = container[key];
  }
  throw new ThalwegError('INTERNAL', 'internal: assignment with an empty path');
}

/** `node` as something that may hold `key`, or an error that names the place. */
function holder(node: unknown, path: Path, depth: number, subject: string): Record<PropertyKey, unknown> {
  const key = path[depth]!;
  const fail = (what: string): never => {
    throw new ThalwegError('SPECIFICATION_INVALID', `${subject} ${formatPath(path)}: ${what}`);
  };
  if (!isContainer(node))
    return fail(`${formatPath(path.slice(0, depth)) || 'the specification'} is a single value without keys`);
  if (Array.isArray(node) && !(typeof key === 'number' && key <= node.length)) {
    return fail(
      `expected a position from 0 to ${node.length} in ${formatPath(path.slice(0, depth))}, got ${JSON.stringify(key)}`,
    );
  }
  if (key === '__proto__') return fail('unknown key "__proto__"');
  return node;
}
