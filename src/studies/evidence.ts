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

/** Whether every key of `where` has that value in `condition`. */
export const agrees = (condition: Condition, where: Condition): boolean =>
  Object.entries(where).every(([key, value]) => condition[key] === value);

/** Iterations, both ends included. */
export interface Window {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Which records of a series: in a window, and of one coordinate where it has several. Default: all. */
export interface Part extends Window {
  readonly coordinate?: number | undefined;
}

/** A record of a series: NaN is the coordinate of a series without. */
export interface Reading {
  readonly iteration: number;
  readonly coordinate: number;
  readonly value: number;
}

/** The records of a part of a series, in their order. They may be none, and values need not be finite. */
export function readings(trial: EvidenceTrial, name: SeriesName, part: Part = {}): Reading[] {
  const { iteration, coordinate, value, length } = trial.series(name);
  const { from = 0, to = Infinity, coordinate: only } = part;
  const rows = Array.from({ length }, (_, row) => ({
    iteration: iteration[row]!,
    coordinate: coordinate[row]!,
    value: value[row]!,
  }));
  const inWindow = rows.filter((row) => row.iteration >= from && row.iteration <= to);
  return only === undefined ? inWindow : inWindow.filter((row) => row.coordinate === only);
}

/** The different values that a key of the condition has in an experiment, in the order of its trials. */
export function valuesOf<T extends string | number>(
  evidence: Evidence,
  experiment: string,
  key: string,
  isWanted: (value: unknown) => value is T,
  where: Condition = {},
): T[] {
  const values = evidence.trials(experiment, where).map(({ condition }) => condition[key]);
  return [...new Set(values.filter(isWanted))];
}
