import { suggest, ThalwegError } from '../../base/index.ts';
import { paperF } from '../f/index.ts';
import { paperG } from '../g/index.ts';
import { paperM } from '../m/index.ts';
import type { Experiment, Paper } from '../paper.ts';
import { paperR } from '../r/index.ts';
import { paperW } from '../w/index.ts';

/** The five papers, in the order of the documentation. */
export const papers: readonly Paper[] = [paperW, paperG, paperM, paperF, paperR];

/** The paper of that letter, in either case. Throws `USAGE` with the letters there are. */
export function findPaper(name: string, among: readonly Paper[] = papers): Paper {
  const paper = among.find(({ letter }) => letter === name.toUpperCase());
  if (paper) return paper;
  const letters = among.map(({ letter }) => letter);
  throw new ThalwegError(
    'USAGE',
    `paper: unknown name ${JSON.stringify(name)}, expected one of ${[...letters, 'all'].join(', ')}`,
  );
}

/** The experiment of that identifier. Throws `USAGE` with the nearest one. */
export function findExperiment(id: string, among: readonly Paper[] = papers): Experiment {
  const experiments = among.flatMap((paper) => paper.experiments);
  const experiment = experiments.find((candidate) => candidate.id === id);
  if (experiment) return experiment;
  const ids = experiments.map((candidate) => candidate.id);
  throw new ThalwegError('USAGE', `experiment: unknown name ${JSON.stringify(id)}, ${suggest(id, ids)}`);
}
