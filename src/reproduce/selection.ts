import { suggest, ThalwegError } from '../base/index.ts';
import type { Paper } from '../studies/index.ts';
import type { PlannedTrial } from './trial.ts';

/** Something of a paper that a user can name. */
interface Named {
  readonly names: readonly string[];
  readonly needs: readonly string[];
}

/**
 * The trials that claims, figures, tables, experiments or rows need, named by their identifiers; all of them for no name.
 * Throws `USAGE` for a name that none of the papers has, with the nearest one.
 */
export function selectTrials(
  trials: readonly PlannedTrial[],
  papers: readonly Paper[],
  names: readonly string[],
): PlannedTrial[] {
  if (names.length === 0) return [...trials];
  const parts = papers.flatMap(namedParts);
  const needed = new Set(names.flatMap((name) => needsOf(name, parts)));
  for (const { id, kind, ...experiment } of papers.flatMap((paper) => paper.experiments))
    if (needed.has(id) && kind === 'computed' && 'needs' in experiment)
      experiment.needs.forEach((need) => needed.add(need));
  return trials.filter((trial) => needed.has(trial.experiment.id));
}

function namedParts({ claims, figures, tables, experiments }: Paper): Named[] {
  return [
    ...[...claims, ...figures, ...tables].map(({ id, row, needs }) => ({ names: [id, row], needs })),
    ...experiments.map(({ id, rows }) => ({ names: [id, ...rows], needs: [id] })),
  ];
}

function needsOf(name: string, parts: readonly Named[]): readonly string[] {
  const found = parts.filter(({ names }) => names.includes(name));
  if (found.length > 0) return found.flatMap(({ needs }) => needs);
  const known = [...new Set(parts.flatMap(({ names }) => names))];
  throw new ThalwegError('USAGE', `--only: unknown name ${JSON.stringify(name)}, ${suggest(name, known)}`);
}
