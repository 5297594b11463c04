import type { Paper } from '../paper.ts';
import { networkClaims } from './claims.ts';
import { dataExperiment } from './data.ts';
import { networkFigures, networkTables } from './figures.ts';
import { labelExperiments } from './labels.ts';
import { text } from './text.ts';
import { theoryClaims, theoryExperiments, theoryFigures } from './theory.ts';

/** "Report on Theory of Deep Learning IIb": low-dimensional dynamics, then networks (rows R-data and R-labels). */
export const paperR: Paper = {
  letter: 'R',
  title: 'Report on “Theory of Deep Learning IIb: Optimization Properties of SGD”',
  authors: 'Nick Osipov, Andrey Zharkov, Ann Vlasova, Ann Kuzmina',
  year: 2018,
  text,
  experiments: [...theoryExperiments, dataExperiment, ...labelExperiments],
  claims: [...theoryClaims, ...networkClaims],
  figures: [...theoryFigures, ...networkFigures],
  tables: [...networkTables],
};
