import { finalQuantities, type FinalQuantity, type RunSummary, type SweepCell } from '../contract/index.ts';
import { arithmeticMean, meanEstimate } from '../statistics/index.ts';
import { openRun } from '../store/index.ts';
import type { SweepPlan } from './plan.ts';
import { runState } from './state.ts';

/** A final figure over the seeds of a cell. */
export interface FigureEstimate {
  readonly mean: number;
  /** Sample standard deviation over the runs (with 1/(n − 1)); null for one run. */
  readonly deviation: number | null;
  /** Finished runs that have the figure. */
  readonly n: number;
}

/** A cell, when nothing more is made. */
export interface CellResult {
  readonly values: SweepCell;
  /** Its runs, by how they stand. */
  readonly finished: number;
  readonly failed: number;
  readonly unfinished: number;
  /** Where a halving ended it; null: nowhere. */
  readonly dropped: string | null;
  readonly figures: Readonly<Record<FinalQuantity, FigureEstimate | null>>;
}

export interface RunProblem {
  readonly id: string;
  readonly message: string;
}

/** What a folder of runs has of a sweep. */
export interface SweepResult {
  readonly cells: readonly CellResult[];
  /** Runs that failed, and what is not what was planned, with the reason. */
  readonly failures: readonly RunProblem[];
}

/**
 * The final figures of the cells over their finished runs, and what failed.
 *
 * @param session failures of this session, by run: a run that could not even begin says nothing in its folder
 * @param dropped cells that a halving ended, with the place
 */
export function resultOf(
  plan: SweepPlan,
  runsDirectory: string,
  session: ReadonlyMap<string, string>,
  dropped: ReadonlyMap<number, string>,
): SweepResult {
  const failures: RunProblem[] = [];
  const states = plan.cells.map(() => ({ finished: [] as RunSummary[], failed: 0, unfinished: 0 }));
  for (const run of plan.runs) {
    const own = states[run.cell]!;
    const { status, reason } = runState(run, runsDirectory);
    const problem = status === 'failed' || status === 'foreign' ? reason : session.get(run.id);
    if (status === 'finished') own.finished.push(summaryIn(runsDirectory, run.id));
    else if (problem == null) own.unfinished++;
    else {
      own.failed++;
      failures.push({ id: run.id, message: problem });
    }
  }
  const cells = states.map(({ finished, failed, unfinished }, index): CellResult => ({
    values: plan.cells[index]!,
    finished: finished.length,
    failed,
    unfinished,
    dropped: dropped.get(index) ?? null,
    figures: figuresOf(finished),
  }));
  return { cells, failures };
}

function summaryIn(runsDirectory: string, id: string): RunSummary {
  const reader = openRun(runsDirectory, id);
  try {
    return reader.file().summary!;
  } finally {
    reader.close();
  }
}

function figuresOf(summaries: readonly RunSummary[]): Record<FinalQuantity, FigureEstimate | null> {
  const estimates = finalQuantities.map((name) => {
    const values = summaries.flatMap((summary) => summary[name] ?? []);
    return [name, estimateOf(values)] as const;
  });
  return Object.fromEntries(estimates) as Record<FinalQuantity, FigureEstimate | null>;
}

function estimateOf(values: readonly number[]): FigureEstimate | null {
  const n = values.length;
  if (n === 0) return null;
  const deviation = n === 1 ? null : meanEstimate(values).standardDeviation;
  return { mean: arithmeticMean(values), deviation, n };
}
