import type { z } from 'zod';
import { suggest } from '../../base/index.ts';
import { specificationSchema } from '../specification/index.ts';
import { formatPath, isContainer, keysAt, pathsOfKey, valueAt, type Path, type Schema } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** A problem of a specification: where it is, and one line that says what was expected and what came. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** Everything that keeps plain data from being a specification, in the order of the keys; empty for one. */
export function specificationProblems(input: unknown): Problem[] {
  const result = specificationSchema.safeParse(input);
  return result.success ? [] : result.error.issues.flatMap((issue) => describeAll(issue, input));
}

/** A key that is unknown is a problem of its own, each. */
const describeAll = (issue: Issue, input: unknown): Problem[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => unknownKey(issue.path, key, input, specificationSchema))
    : [describe(issue, input, specificationSchema)];

/**
 * The problem that explains the others best: a misspelled key comes before the key that is missing because of it. `root` is the schema
 * that `input` was checked against.
 */
export function describeProblem(issues: readonly Issue[], input: unknown, root: Schema = specificationSchema): Problem {
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0]!;
  const { path, message } = describe(issue, input, root);
  const others = issues.length - 1;
  return { path, message: others === 0 ? message : `${message} (and ${others} more)` };
}

function describe(issue: Issue, input: unknown, root: Schema): Problem {
  const got = valueAt(input, issue.path);
  const expected = (what: string): Problem => ({ path: issue.path, message: `expected ${what}, got ${show(got)}` });
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.path, issue.keys[0]!, input, root);
  if (issue.code === 'invalid_value') return { path: issue.path, message: unknownValue(got, issue.values) };
  if (issue.code !== 'invalid_union') return expected(expectation(issue));
  if (issue.errors.length === 0) return unknownVariant(issue, got);
  const meant = isContainer(got) && issue.errors.find((branch) => !branch.some(isOtherKind));
  if (!meant) return expected(unionExpectation(issue.errors));
  return describeProblem(
    meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
    input,
    root,
  );
}

/** Whether the value is of another kind than this alternative of a union takes. */
const isOtherKind = ({ code, path }: Issue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

function unknownKey(path: Path, key: string, input: unknown, root: Schema): Problem {
  const keys = keysAt(path, input, root);
  const suggestion = suggest(key, keys);
  const mapping = path.findLast((name) => typeof name === 'string');
  // A mapping of the same name in another place (an optimizer, and that of a change) takes no other keys.
  const elsewhere = pathsOfKey(key, root).filter((other) => other.at(-2) !== mapping);
  // A key that is right but stands in the wrong place is better explained by its place than by its neighbours.
  const advice =
    suggestion.startsWith('did you mean') || elsewhere.length === 0
      ? suggestion
      : `did you mean "${formatPath(elsewhere[0]!)}"?`;
  return { path: [...path, key], message: `unknown key ${JSON.stringify(key)}, ${advice}` };
}

function unknownVariant(issue: Extract<Issue, { code: 'invalid_union' }>, got: unknown): Problem {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  return { path: issue.path, message: unknownValue(got, options) };
}

function unknownValue(got: unknown, values: readonly unknown[]): string {
  const names = values.map(String);
  if (typeof got === 'string' && values.length > 1) return `unknown value ${show(got)}, ${suggest(got, names)}`;
  return `expected ${names.join(' or ')}, got ${show(got)}`;
}

/** What the alternatives of a union expect, where each failed at the union's own place. */
function unionExpectation(branches: readonly (readonly Issue[])[]): string {
  return [...new Set(branches.flatMap((issues) => (issues[0] ? [expectation(issues[0])] : [])))].join(' or ');
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return nouns[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ');
  if (issue.code === 'too_small') {
    return bounded(issue.origin, `${issue.inclusive ? 'at least' : 'greater than'} ${issue.minimum}`);
  }
  if (issue.code === 'too_big') {
    return bounded(issue.origin, `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`);
  }
  return issue.message.replace(/^expected /, '');
}

const nouns: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
};

/** A bound is on the number itself, or on the length of a text or list. */
function bounded(origin: string, bound: string): string {
  if (origin === 'string') return `a text of ${bound} characters`;
  return origin === 'array' ? `a list with ${bound} entries` : `a number ${bound}`;
}

/** A value as a message shows it: short, on one line. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isContainer(value)) return Array.isArray(value) ? 'a list' : 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
