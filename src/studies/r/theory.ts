import type { Experiment } from '../paper.ts';
import { boltzmannExperiment, volumeExperiment } from './boltzmann-experiments.ts';
import { rosenbrockExperiment } from './rosenbrock-experiment.ts';
import { langevinExperiment } from './surface-experiments.ts';

export { theoryClaims } from './theory-claims.ts';
export { theoryFigures } from './theory-figures.ts';

/** Low-dimensional dynamics of paper R. */
export const theoryExperiments: readonly Experiment[] = [
  langevinExperiment,
  rosenbrockExperiment,
  boltzmannExperiment,
  volumeExperiment,
];
