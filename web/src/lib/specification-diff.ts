/** A key in which two specifications are compared. */
export interface DifferenceRow {
  /** Where it stands: `optimizer.batchSize`, `probes[hessian-spectrum].every`. */
  readonly key: string;
  /** The value as YAML would write it in one line; null: absent. */
  readonly here: string | null;
  readonly there: string | null;
  readonly isChanged: boolean;
}

/**
 * Two specifications key by key, in the order of the first, then what only the second has. Members of lists are found by their `kind`
 * or `name` where they have one, as probes do, else by their place.
 */
export function specificationDifferences(here: unknown, there: unknown): DifferenceRow[] {
  const [ours, theirs] = [leavesOf(here), leavesOf(there)];
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])];
  return keys.map((key) => {
    const [one, other] = [ours.get(key) ?? null, theirs.get(key) ?? null];
    return { key, here: one, there: other, isChanged: one !== other };
  });
}

function leavesOf(value: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  collect(value, '', leaves);
  return leaves;
}

function collect(value: unknown, key: string, leaves: Map<string, string>): void {
  if (Array.isArray(value) && value.some(isObject)) {
    const names = new Map<string, number>();
    for (const [index, member] of value.entries()) {
      const name = nameOf(member) ?? String(index);
      const times = (names.get(name) ?? 0) + 1;
      names.set(name, times);
      collect(member, `${key}[${name}${times > 1 ? ` ${times}` : ''}]`, leaves);
    }
  } else if (isObject(value) && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value)) collect(member, key ? `${key}.${name}` : name, leaves);
  } else if (value !== undefined) leaves.set(key, typeof value === 'string' ? value : JSON.stringify(value));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function nameOf(member: unknown): string | null {
  if (!isObject(member)) return null;
  const name = member['kind'] ?? member['name'] ?? member['at'];
  return typeof name === 'string' || typeof name === 'number' ? String(name) : null;
}
