import type { Specification } from '../../contract/index.ts';
import { openRun } from '../../store/index.ts';
import type { QueuedRun } from '../queue.ts';
import { runState } from '../state.ts';

/**
 * The SHA-256 of the examples that a specification trains on, as far as finished ones of these runs tell: examples are the same
 * where data and seed are. What finishes later counts as well.
 */
export function knownDigests(
  runs: readonly QueuedRun[],
  runsDirectory: string,
): (specification: Specification) => string | null {
  const known = new Map<string, string>();
  const open = new Map<string, QueuedRun[]>();
  for (const run of runs) {
    const key = keyOf(run.specification);
    const others = open.get(key);
    if (others) others.push(run);
    else open.set(key, [run]);
  }
  return (specification) => {
    const key = keyOf(specification);
    const finished = known.has(key)
      ? undefined
      : open.get(key)?.find((run) => runState(run, runsDirectory).status === 'finished');
    if (finished) known.set(key, digestOf(finished, runsDirectory));
    return known.get(key) ?? null;
  };
}

const keyOf = ({ data, seed }: Specification): string => JSON.stringify([data, seed]);

function digestOf({ id }: QueuedRun, runsDirectory: string): string {
  const reader = openRun(runsDirectory, id);
  try {
    return reader.file().data.digest;
  } finally {
    reader.close();
  }
}
