import { ThalwegError } from '../base/index.ts';
import type { Condition, RunFile, Scale, SeriesName } from '../contract/index.ts';
import type { FigureSource } from '../figures/index.ts';
import type { SeriesColumns } from '../store/index.ts';

/** A finished trial. What it did not record throws `NO_DATA`. */
export interface EvidenceTrial {
  readonly experiment: string;
  readonly condition: Condition;
  readonly seed: number;
  /** Identifier of the run, or of the result of a computation. */
  readonly id: string;
  /** The run's file (training only). */
  file(): RunFile;
  /** All records of a series, by iteration and coordinate (training only). */
  series(name: SeriesName): SeriesColumns;
  /** The run as figures of a single run take it (training only). */
  source(): FigureSource;
  /** A named number of a computation. */
  number(name: string): number;
  /** A named array of a computation. */
  array(name: string): readonly number[];
}

/** What the runs of a paper recorded. */
export interface Evidence {
  readonly scale: Scale;
  /** The seeds that were asked for, ascending. */
  readonly seeds: readonly number[];
  /**
   * The trials of an experiment whose condition agrees with `where`, in the order of conditions, then seeds. Throws `RUN_STATE`
   * when one of them is missing, unfinished, failed or was made by another definition.
   */
  trials(experiment: string, where?: Condition): readonly EvidenceTrial[];
}

/** The one trial of an experiment with this seed whose condition agrees with `where`. Throws `NO_DATA` for none or several. */
export function trialOf(evidence: Evidence, experiment: string, seed: number, where: Condition = {}): EvidenceTrial {
  const found = evidence.trials(experiment, where).filter((trial) => trial.seed === seed);
  if (found.length === 1) return found[0]!;
  throw new ThalwegError(
    'NO_DATA',
    `${experiment}: expected one trial of seed ${seed} with ${JSON.stringify(where)}, got ${found.length}`,
  );
}

/** One number for each seed, in the order of the seeds. */
export const perSeed = (
  evidence: Evidence,
  measure: (seed: number) => number,
): { kind: 'values'; values: number[] } => ({
  kind: 'values',
  values: evidence.seeds.map(measure),
});

/** Whether every key of `where` has that value in `condition`. */
export const agrees = (condition: Condition, where: Condition): boolean =>
  Object.entries(where).every(([key, value]) => condition[key] === value);

/** The values of a series that lie in a range of iterations (both ends included), with their iterations and coordinates. */
export function readings(
  trial: EvidenceTrial,
  name: SeriesName,
  { from = 0, to = Infinity }: { readonly from?: number; readonly to?: number } = {},
): { iteration: number; coordinate: number; value: number }[] {
  const { iteration, coordinate, value, length } = trial.series(name);
  const rows = Array.from({ length }, (_, row) => ({
    iteration: iteration[row]!,
    coordinate: coordinate[row]!,
    value: value[row]!,
  }));
  return rows.filter((row) => row.iteration >= from && row.iteration <= to);
}

/** The newest value of a series. */
export function last(trial: EvidenceTrial, name: SeriesName): number {
  const { value, length } = trial.series(name);
  return value[length - 1]!;
}

/** The mean. Throws `NO_DATA` for no values, and for one that is not finite: nothing is left out silently. */
export function meanOf(subject: string, values: readonly number[]): number {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (values.length === 0 || wrong >= 0)
    throw new ThalwegError(
      'NO_DATA',
      `${subject}: expected finite numbers, got ${values.length === 0 ? 'none' : String(values[wrong])}`,
    );
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
