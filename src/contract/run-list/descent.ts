import type { RunListEntry } from '../api/index.ts';

/** The runs that descend from any of `ids` and are not among them: forks, their forks, and so on. */
export function descendantsOf(runs: readonly RunListEntry[], ids: readonly string[]): string[] {
  const given = new Set(ids);
  const reached = new Set(ids);
  for (let grown = true; grown;) {
    const children = runs.filter(({ id, parent }) => parent && reached.has(parent.run) && !reached.has(id));
    for (const { id } of children) reached.add(id);
    grown = children.length > 0;
  }
  return runs.flatMap(({ id }) => (reached.has(id) && !given.has(id) ? [id] : []));
}
