import { ThalwegError } from '../base/index.ts';
import { parseSpan, type EpochClock, type Halving } from '../contract/index.ts';
import { courseOf } from '../run/index.ts';
import { openRun } from '../store/index.ts';
import type { SweepPlan, SweepRun } from './plan.ts';
import type { PriceBook } from './prices.ts';
import { runState } from './state.ts';

/** The course of a run, as far as decisions need it. */
interface RunCourse {
  readonly clock: EpochClock;
  readonly totalIterations: number;
}

/** Where decisions are made. */
export interface Rungs {
  /** `3 epochs`, `9 epochs`, … */
  readonly spans: readonly string[];
  /** The iteration of a decision in a run: that of the span, or its end where it is shorter. */
  readonly iterationAt: (run: SweepRun, span: string) => number;
  /** Whether that is the end of the run. */
  readonly isEnd: (run: SweepRun, span: string) => boolean;
}

/**
 * The rungs of a halving: `first`, `factor` times as far, and so on, before the end of the longest run and as long as more than one
 * cell is left. Throws `SPECIFICATION_INVALID` where a run does not measure the metric at one of them.
 *
 * @param courses of the runs, by their identifiers
 */
export function rungsOf(
  { metric, factor, first }: Halving,
  plan: Pick<SweepPlan, 'cells' | 'runs' | 'source'>,
  courses: ReadonlyMap<string, RunCourse>,
): Rungs {
  const { count, unit } = parseSpan(first);
  const spans: string[] = [];
  const isInside = (span: string): boolean =>
    plan.runs.some(({ id }) => {
      const { clock, totalIterations } = courses.get(id)!;
      return clock.iterations(span) < totalIterations;
    });
  for (let [rung, left] = [count, plan.cells.length]; left > 1; [rung, left] = [rung * factor, kept(left, factor)]) {
    const span = `${rung} ${unit}${rung === 1 ? '' : 's'}`;
    if (!isInside(span)) break;
    spans.push(span);
  }
  const iterationAt = ({ id }: Pick<SweepRun, 'id'>, span: string): number => {
    const { clock, totalIterations } = courses.get(id)!;
    return Math.min(clock.iterations(span), totalIterations);
  };
  for (const span of spans)
    for (const run of plan.runs) {
      const [iteration, { evaluate }] = [iterationAt(run, span), run.specification];
      const { clock, totalIterations } = courses.get(run.id)!;
      // Every run is evaluated at its end.
      if (iteration === totalIterations || clock.isDue(evaluate, iteration)) continue;
      throw new ThalwegError(
        'SPECIFICATION_INVALID',
        `${plan.source.path}: stop.halving: expected ${metric} to be measured after ${span} (iteration ${iteration}), got evaluate: ${evaluate} in ${run.id}`,
      );
    }
  const isEnd = (run: SweepRun, span: string): boolean =>
    iterationAt(run, span) === courses.get(run.id)!.totalIterations;
  return { spans, iterationAt, isEnd };
}

/** Of n cells ⌈n / factor⌉ go on. */
const kept = (count: number, factor: number): number => Math.ceil(count / factor);

/**
 * The cells that go on: those with the best values, `⌈n / factor⌉` of them, in the order of the plan. Values that are not finite come
 * last; of equal ones the earlier cell is the better.
 *
 * @param values of the cells that are left, by their places in the plan
 */
export function survivors(values: ReadonlyMap<number, number>, { factor, metric, minimise }: Halving): number[] {
  const sign = (minimise ?? metric.endsWith('loss')) ? 1 : -1;
  const rank = (value: number): number => (Number.isFinite(value) ? sign * value : Infinity);
  const order = [...values].sort(([a, x], [b, y]) => (rank(x) === rank(y) ? a - b : rank(x) - rank(y)));
  return order
    .slice(0, kept(values.size, factor))
    .map(([cell]) => cell)
    .sort((a, b) => a - b);
}

/**
 * The value of the metric in a run at an iteration: NaN for a run that failed, null as long as it was not measured there. That it
 * is decides that the run has come so far: what a killed run had not written yet is made again.
 */
export function measuredAt(
  run: SweepRun,
  metric: Halving['metric'],
  iteration: number,
  runsDirectory: string,
): number | null {
  const { status } = runState(run, runsDirectory);
  if (status === 'missing' || status === 'foreign') return null;
  const reader = openRun(runsDirectory, run.id);
  try {
    const { value } = reader.records(metric, { fromIteration: iteration, toIteration: iteration });
    return value.at(-1) ?? (status === 'failed' ? NaN : null);
  } finally {
    reader.close();
  }
}

/** The courses of runs, for which the number of examples is found out once for each data set. */
export async function coursesOf(
  { metric }: Halving,
  plan: Pick<SweepPlan, 'runs' | 'source'>,
  prices: PriceBook,
  signal: AbortSignal,
): Promise<Map<string, RunCourse>> {
  const counts = new Map<string, number>();
  const courses = new Map<string, RunCourse>();
  for (const { id, specification } of plan.runs) {
    const data = JSON.stringify(specification.data);
    if (!counts.has(data)) {
      const { trainExamples, validationExamples } = await prices.of(specification, 1, id, signal);
      if (validationExamples === 0 && metric.startsWith('validation.'))
        throw new ThalwegError(
          'SPECIFICATION_INVALID',
          `${plan.source.path}: stop.halving.metric: expected data that keep validation examples apart, got none in ${id}`,
        );
      counts.set(data, trainExamples);
    }
    courses.set(id, courseOf(specification, counts.get(data)!));
  }
  return courses;
}
