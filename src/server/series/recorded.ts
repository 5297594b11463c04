import { setImmediate } from 'node:timers/promises';
import { ThalwegError } from '../../base/index.ts';
import { seriesNames, type SeriesName } from '../../contract/index.ts';
import { openRun } from '../../store/index.ts';

/** Runs that are looked at before others have their turn. */
const atOnce = 20;

/** The series that at least one of the runs has recorded, in the catalogue's order. Runs that cannot be read have none. */
export async function recordedByAny(runsDirectory: string, runs: readonly string[]): Promise<SeriesName[]> {
  const found = new Set<SeriesName>();
  for (const [index, run] of runs.entries()) {
    if (index > 0 && index % atOnce === 0) await setImmediate();
    for (const name of recordedBy(runsDirectory, run)) found.add(name);
  }
  return seriesNames.filter((name) => found.has(name));
}

function recordedBy(runsDirectory: string, id: string): SeriesName[] {
  try {
    const run = openRun(runsDirectory, id);
    try {
      return run.recorded();
    } finally {
      run.close();
    }
  } catch (error) {
    if (error instanceof ThalwegError) return [];
    throw error;
  }
}
