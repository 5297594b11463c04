import { setImmediate } from 'node:timers/promises';
import { ThalwegError } from '../../base/index.ts';
import { inSeriesOrder, type ComparedSeries, type SeriesName } from '../../contract/index.ts';
import { openRun } from '../../store/index.ts';

/** Runs that are looked at before others have their turn. */
const atOnce = 20;

/** The series that at least one of the runs has recorded, in the catalogue's order, and which runs cannot be read, and why. */
export async function recordedByAny(runsDirectory: string, runs: readonly string[]): Promise<ComparedSeries> {
  const found = new Set<SeriesName>();
  const problems: ComparedSeries['problems'] = [];
  for (const [index, run] of runs.entries()) {
    if (index > 0 && index % atOnce === 0) await setImmediate();
    try {
      for (const name of recordedBy(runsDirectory, run)) found.add(name);
    } catch (error) {
      if (!(error instanceof ThalwegError)) throw error;
      problems.push({ run, message: error.message });
    }
  }
  return { series: inSeriesOrder(found), problems };
}

function recordedBy(runsDirectory: string, id: string): SeriesName[] {
  const run = openRun(runsDirectory, id);
  try {
    return run.recorded();
  } finally {
    run.close();
  }
}
