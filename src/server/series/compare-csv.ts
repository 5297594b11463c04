import type { CompareQuestion } from '../../contract/index.ts';
import { lowerBound, upperBound } from '../../figures/index.ts';
import { csvField, openRun } from '../../store/index.ts';
import { runsOf } from './compare.ts';
import type { SeriesCache } from './series-cache.ts';

const header = ['run', 'group', 'seed', 'series', 'iteration', 'coordinate', 'x', 'value'];

/**
 * Every record of the runs in the window as CSV, none thinned, a piece for every run: run, its group (the first that has it),
 * seed, series, iteration, coordinate, place on the axis, value. Numbers read back exactly. Throws what reading a run throws.
 */
export function* comparisonCsvChunks(
  runsDirectory: string,
  cache: SeriesCache,
  question: CompareQuestion,
): Generator<string> {
  yield line(header);
  const { series, coordinate, x: axis, from = -Infinity, to = Infinity } = question;
  for (const run of runsOf(question)) {
    const { rows } = cache.curve({ run, series, coordinate, axis });
    const group = question.groups.find(({ runs }) => runs.includes(run))?.label ?? '';
    const before = [run, group, seedOf(runsDirectory, run), series];
    const lines: string[] = [];
    const end = upperBound(rows.x, to, rows.length);
    for (let row = lowerBound(rows.x, from, rows.length); row < end; row++) {
      const iteration = rows.iteration[row]!;
      if (Number.isNaN(iteration)) continue;
      const at = rows.coordinate[row]!;
      lines.push(line([...before, iteration, Number.isNaN(at) ? '' : at, rows.x[row]!, rows.y[row]!]));
    }
    yield lines.join('');
  }
}

const line = (fields: readonly (string | number)[]): string => `${fields.map(csvField).join(',')}\r\n`;

function seedOf(runsDirectory: string, id: string): number {
  const run = openRun(runsDirectory, id);
  try {
    return run.file().specification.seed;
  } finally {
    run.close();
  }
}
