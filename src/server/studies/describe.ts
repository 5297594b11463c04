import type { Exhibit, PaperDetail, PaperSummary, PlanProgress, Scale } from '../../contract/index.ts';
import { firstSentences, proseOf } from '../../reproduce/index.ts';
import type { Paper, PaperFigure, PaperTable } from '../../studies/index.ts';
import type { ExperimentTrials } from './work.ts';

/** A paper as the list shows it. */
export function summarisePaper(paper: Paper, scales: Readonly<Record<Scale, PlanProgress>>): PaperSummary {
  const says = firstSentences(proseOf(paper.text), 2);
  return { ...headOf(paper), says, claims: paper.claims.length, scales: { ...scales } };
}

/** A paper as data, with what is known of its trials. */
export const describePaper = (paper: Paper, trials: ExperimentTrials): PaperDetail => ({
  ...headOf(paper),
  text: proseOf(paper.text),
  experiments: paper.experiments.map(({ id, title, description, differences, rows }) => ({
    id,
    title,
    description,
    differences,
    rows: [...rows],
    trials: trials[id]!,
  })),
  claims: paper.claims.map(({ id, needs, hypothesis }) => ({ id, needs: [...needs], hypothesis })),
  figures: paper.figures.map(exhibitOf),
  tables: paper.tables.map(exhibitOf),
});

const headOf = ({ letter, title, authors, year }: Paper): Pick<Paper, 'letter' | 'title' | 'authors' | 'year'> => ({
  letter,
  title,
  authors,
  year,
});

const exhibitOf = ({ id, row, place, title, caption, needs, claims }: PaperFigure | PaperTable): Exhibit => ({
  id,
  row,
  place,
  title,
  caption,
  needs: [...needs],
  claims: [...claims],
});
