import type { Paper } from '../paper.ts';
import { networkClaims } from './claims.ts';
import { dataExperiment } from './data.ts';
import { networkFigures, networkTables } from './figures.ts';
import { labelExperiments } from './labels.ts';
import { networkText } from './text.ts';

/**
 * "Report on Theory of Deep Learning IIb". Rows R-surface, R-rosen, R-sgdl, R-boltz and R-volume, of low-dimensional dynamics, belong
 * at the beginning of each list, and their text before that of the networks.
 */
export const paperR: Paper = {
  letter: 'R',
  title: 'Report on “Theory of Deep Learning IIb: Optimization Properties of SGD”',
  authors: 'Nick Osipov, Andrey Zharkov, Ann Vlasova, Ann Kuzmina',
  year: 2018,
  text: networkText,
  experiments: [dataExperiment, ...labelExperiments],
  claims: [...networkClaims],
  figures: [...networkFigures],
  tables: [...networkTables],
};
