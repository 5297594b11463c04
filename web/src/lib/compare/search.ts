import { fulfils, parseRunQuery, runKeys } from '../../../../src/contract/index.ts';
import { settingOf } from './differences.ts';
import type { ComparedRun } from './runs.ts';

/** Runs that a search finds, and what of it could not be understood. */
export interface FoundRuns {
  readonly runs: readonly ComparedRun[];
  readonly problems: readonly string[];
}

/** The runs that fulfil a search in the language of the list (see {@link parseRunQuery}): `mnist learningRate>0.05`. */
export function searchRuns(runs: readonly ComparedRun[], search: string): FoundRuns {
  const entries = runs.flatMap(({ entry }) => entry ?? []);
  const { conditions, problems } = parseRunQuery(search, runKeys(entries));
  return { runs: runs.filter(({ entry }) => entry !== null && fulfils(entry, conditions)), problems };
}

/** The runs that differ from one of `chosen` in seed, start and name at most, and are not among them. */
export function seedsOf(chosen: readonly ComparedRun[], runs: readonly ComparedRun[]): ComparedRun[] {
  const settings = new Set(chosen.map(settingOf));
  const ids = new Set(chosen.map(({ id }) => id));
  return runs.filter((run) => !ids.has(run.id) && settings.has(settingOf(run)));
}

/** Studies with their runs that are not chosen yet, by name. */
export function studiesOf(runs: readonly ComparedRun[]): Map<string, ComparedRun[]> {
  const studies = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    const study = run.entry?.study;
    if (study) studies.set(study, [...(studies.get(study) ?? []), run]);
  }
  return new Map([...studies].sort(([a], [b]) => (a < b ? -1 : 1)));
}
