import { csvLine } from '../../base/index.ts';
import type { CompareQuestion } from '../../contract/index.ts';
import { lowerBound, upperBound } from '../../figures/index.ts';
import { openRun } from '../../store/index.ts';
import { runsOf } from './compare.ts';
import type { SeriesCache } from './series-cache.ts';

/** What of a comparison its records depend on. */
export type RecordsQuestion = Pick<CompareQuestion, 'series' | 'coordinate' | 'x' | 'from' | 'to' | 'runs' | 'groups'>;

const header = ['run', 'group', 'seed', 'series', 'iteration', 'coordinate', 'x', 'value'];

/**
 * Every record of the runs in the window as CSV, none thinned, a piece for every run: run, its group (the first that has it),
 * seed, series, iteration, coordinate, place on the axis, value. Numbers read back exactly. Every run is opened before the first piece:
 * throws what that throws, so that no table breaks off for a run that is not there.
 */
export function comparisonCsvChunks(
  runsDirectory: string,
  cache: SeriesCache,
  question: RecordsQuestion,
): Iterable<string> {
  const seeds = new Map([...runsOf(question)].map((run) => [run, seedOf(runsDirectory, run)]));
  return pieces(cache, question, seeds);
}

function* pieces(cache: SeriesCache, question: RecordsQuestion, seeds: ReadonlyMap<string, number>): Generator<string> {
  yield csvLine(header);
  const { series, coordinate, x: axis, from = -Infinity, to = Infinity } = question;
  for (const [run, seed] of seeds) {
    const { rows } = cache.curve({ run, series, coordinate, axis });
    const group = question.groups.find(({ runs }) => runs.includes(run))?.label ?? '';
    const before = [run, group, seed, series];
    const lines: string[] = [];
    const end = upperBound(rows.x, to, rows.length);
    for (let row = lowerBound(rows.x, from, rows.length); row < end; row++) {
      const iteration = rows.iteration[row]!;
      if (Number.isNaN(iteration)) continue;
      const at = rows.coordinate[row]!;
      lines.push(csvLine([...before, iteration, Number.isNaN(at) ? '' : at, rows.x[row]!, rows.y[row]!]));
    }
    yield lines.join('');
  }
}

function seedOf(runsDirectory: string, id: string): number {
  const run = openRun(runsDirectory, id);
  try {
    return run.file().specification.seed;
  } finally {
    run.close();
  }
}
