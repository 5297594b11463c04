import type { Paper } from '../paper.ts';
import { curveClaims } from './curves.ts';
import { excessClaims } from './excess.ts';
import { networkExperiments } from './experiments.ts';
import { networkFigures } from './figures.ts';
import { predictionExperiments } from './prediction.ts';
import { networkTables } from './tables.ts';
import { text } from './text.ts';
import { theoryClaims, theoryExperiments, theoryFigures } from './theory.ts';
import { scheduleClaim, traceClaims } from './traces.ts';

/** "How many factors influence minima in SGD?": networks, then low-dimensional dynamics (rows F-ricc and F-sde). */
export const paperF: Paper = {
  letter: 'F',
  title: 'How many factors influence minima in SGD?',
  authors: 'Victor Luo, Yazhen Wang',
  year: 2021,
  text,
  experiments: [...networkExperiments, ...predictionExperiments, ...theoryExperiments],
  claims: [...curveClaims, ...traceClaims, scheduleClaim, ...excessClaims, ...theoryClaims],
  figures: [...networkFigures, ...theoryFigures],
  tables: [...networkTables],
};
