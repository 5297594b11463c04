import type { Experiment } from '../paper.ts';
import { diffusionExperiment, riccatiExperiment } from './theory-experiments.ts';

export { theoryClaims } from './theory-claims.ts';
export { theoryFigures } from './theory-figures.ts';

/** Low-dimensional dynamics of paper F. */
export const theoryExperiments: readonly Experiment[] = [riccatiExperiment, diffusionExperiment];
