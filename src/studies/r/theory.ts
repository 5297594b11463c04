import type { Claim, Experiment, PaperFigure } from '../paper.ts';
import { boltzmannExperiment, volumeExperiment } from './boltzmann-experiments.ts';
import { rosenbrockClaims } from './rosenbrock-claims.ts';
import { rosenbrockExperiment } from './rosenbrock-experiment.ts';
import { stationaryClaims } from './stationary-claims.ts';
import { stationaryFigures } from './stationary-figures.ts';
import { surfaceClaims } from './surface-claims.ts';
import { langevinExperiment } from './surface-experiment.ts';
import { surfaceFigures } from './surface-figures.ts';

/** Low-dimensional dynamics of paper R: the rows R-surface, R-sgdl, R-rosen, R-boltz and R-volume. */
export const theoryExperiments: readonly Experiment[] = [
  langevinExperiment,
  rosenbrockExperiment,
  boltzmannExperiment,
  volumeExperiment,
];
export const theoryClaims: readonly Claim[] = [...surfaceClaims, ...rosenbrockClaims, ...stationaryClaims];
export const theoryFigures: readonly PaperFigure[] = [...surfaceFigures, ...stationaryFigures];
