import { settingOf } from './differences.ts';
import type { ComparedRun } from './runs.ts';

/** Everything of a run that a search finds, in small letters: names, status, and `key=value` of its specification. */
export function searchText({ id, entry, specification }: ComparedRun): string {
  const values = Object.entries(specification).map(([key, value]) => `${key}=${value}`);
  return [id, entry?.name, entry?.status, entry?.optimizer, ...values].join('\n').toLowerCase();
}

/** The runs that have every word of a search: `mnist optimizer.learningRate=0.1`. */
export function searchRuns(runs: readonly ComparedRun[], search: string): ComparedRun[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    const text = searchText(run);
    return words.every((word) => text.includes(word));
  });
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
