import type { Experiment } from '../paper.ts';
import { covarianceExperiment } from './experiments-covariance.ts';
import { heightExperiment, sharpnessExperiment } from './experiments-height.ts';
import { noiseExperiment } from './experiments-noise.ts';
import { rolesExperiment } from './experiments-roles.ts';
import { schedulesExperiment } from './experiments-schedules.ts';
import { networksExperiment, walkExperiment } from './experiments-walk.ts';

/** Everything that paper W trains, in the order of its sections. */
export const networkExperiments: readonly Experiment[] = [
  walkExperiment,
  networksExperiment,
  heightExperiment,
  sharpnessExperiment,
  rolesExperiment,
  noiseExperiment,
  covarianceExperiment,
  schedulesExperiment,
];
