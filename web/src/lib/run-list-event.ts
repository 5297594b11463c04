import { byAge } from '../../../src/contract/index.ts';
import type { RunListEntry, RunListEvent } from '../../../src/contract/index.ts';

/** A list after an event of it. */
export function applyRunListEvent(runs: readonly RunListEntry[], event: RunListEvent): readonly RunListEntry[] {
  if (event.type === 'runs') return event.runs;
  const gone = new Set([...event.removed, ...event.runs.map(({ id }) => id)]);
  return [...runs.filter(({ id }) => !gone.has(id)), ...event.runs].sort(byAge);
}
