import type { PaperFigure } from '../paper.ts';
import { covarianceFigures } from './figures-covariance.ts';
import { heightFigures } from './figures-height.ts';
import { noiseFigures } from './figures-noise.ts';
import { rolesFigures, schedulesFigures } from './figures-roles.ts';
import { walkFigures } from './figures-walk.ts';

/** The figures of paper W that networks give, in the order of its sections. */
export const networkFigures: readonly PaperFigure[] = [
  ...walkFigures,
  ...heightFigures,
  ...rolesFigures,
  ...noiseFigures,
  ...covarianceFigures,
  ...schedulesFigures,
];
