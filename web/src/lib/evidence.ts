import type { PaperDetail, StudyTrial } from '../../../src/contract/index.ts';

/** The trials of experiments, in the order of the paper. */
export const trialsOf = ({ experiments }: PaperDetail, needs: readonly string[]): StudyTrial[] =>
  experiments.filter(({ id }) => needs.includes(id)).flatMap(({ trials }) => trials);

/** What there is of the trials that a figure or table needs. */
export interface Evidence {
  /** Why it cannot be made yet; null when everything is there. */
  readonly reason: string | null;
  /** The same as long as the same trials are there: what was drawn need not be drawn again. */
  readonly state: string;
}

export function evidenceFor(detail: PaperDetail, needs: readonly string[]): Evidence {
  const trials = trialsOf(detail, needs);
  const missing = trials.filter(({ status }) => status !== 'finished');
  const state = trials.map(({ id, status, seconds }) => `${id} ${status} ${seconds}`).join(', ');
  const [first] = missing;
  if (!first) return { reason: null, state };
  const others = missing.length > 1 ? `, and ${missing.length - 1} more` : '';
  return { reason: `${first.reason}${others}`, state };
}
