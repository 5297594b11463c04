import { ThalwegError } from '../../base/index.ts';
import type { CompareQuestion, Comparison } from '../../contract/index.ts';
import { groupMean, type Grid } from '../../figures/index.ts';
import type { HeldCurve, SeriesCache } from './series-cache.ts';
import { windowOf } from './window.ts';

/** One series of many runs, as curves of their own and as means of groups. A run that cannot be read is a problem of its own. */
export function compare(cache: SeriesCache, question: CompareQuestion): Comparison {
  const problems: Comparison['problems'][number][] = [];
  const curves = new Map<string, HeldCurve>();
  for (const run of runsOf(question)) {
    const { series, coordinate, x } = question;
    try {
      curves.set(run, cache.curve({ run, series, coordinate, axis: x }));
    } catch (error) {
      if (!(error instanceof ThalwegError)) throw error;
      problems.push({ run, code: error.code, message: error.message });
    }
  }
  const { pixels, xScale, yScale, band } = question;
  const [from, to] = windowMeant(question, [...curves.values()]);
  const found = (runs: readonly string[]): (readonly [string, HeldCurve])[] =>
    runs.flatMap((run) => {
      const curve = curves.get(run);
      return curve ? [[run, curve] as const] : [];
    });
  const request = { ...(from <= to && { from, to }), pixels, xScale, yScale, pad: 0 };
  const grid: Grid = { from, to, pixels, x: xScale };
  return {
    from,
    to,
    runs: found(question.runs).map(([run, curve]) => ({ run, ...windowOf(curve, request) })),
    groups: question.groups.map(({ label, runs }) => {
      const members = found(runs).map(([, { rows }]) => rows);
      return groupMean(label, members, grid, band);
    }),
    problems,
  };
}

/** Every run that is asked for, once. */
export const runsOf = ({ runs, groups }: Pick<CompareQuestion, 'runs' | 'groups'>): Set<string> =>
  new Set([...runs, ...groups.flatMap((group) => group.runs)]);

/** The window that is asked for, or that in which all records of all runs lie; NaN where there are none. */
function windowMeant({ from, to, xScale }: CompareQuestion, curves: readonly HeldCurve[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const curve of curves) {
    const { first, last, points } = windowOf(curve, { pixels: 1, pad: 0, xScale, yScale: 'linear', from: 0, to: -1 });
    if (points === 0 || Number.isNaN(first)) continue;
    [low, high] = [Math.min(low, first), Math.max(high, last)];
  }
  return low <= high ? [from ?? low, to ?? high] : [from ?? NaN, to ?? NaN];
}
