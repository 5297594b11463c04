import type { Paper } from '../paper.ts';
import { networkPaperClaims } from './claims.ts';
import { networkExperiments } from './experiments.ts';
import { networkFigures } from './figures.ts';
import { quadraticClaims, quadraticExperiment, quadraticFigures } from './quadratic.ts';
import { networkTables } from './tables.ts';
import { text } from './text.ts';

export const paperW: Paper = {
  letter: 'W',
  title: 'A Walk with SGD',
  authors: 'Chen Xing, Devansh Arpit, Christos Tsirigotis, Yoshua Bengio',
  year: 2018,
  text,
  experiments: [...networkExperiments, quadraticExperiment],
  claims: [...networkPaperClaims, ...quadraticClaims],
  figures: [...networkFigures, ...quadraticFigures],
  tables: networkTables,
};
