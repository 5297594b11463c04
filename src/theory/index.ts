export * from './basins.ts';
export * from './boltzmann.ts';
export * from './central-limit.ts';
export type { Draw, Dynamics, StepInputs } from './dynamics.ts';
export * from './empirical-risk.ts';
export * from './gradient-flow.ts';
export * from './grid.ts';
export * from './langevin.ts';
export * from './local-geometry.ts';
export { frobeniusNorm, relativeDifference, type SquareMatrix } from './matrix.ts';
export * from './particles.ts';
export * from './plane.ts';
export * from './points.ts';
export { evaluate, gradientOf, type Evaluated, type Potential, type Precision } from './potential.ts';
export * from './quadratic-descent.ts';
export * from './simulate.ts';
export * from './stationary-covariance.ts';
export {
  gradientDiffusion,
  stochasticGradient,
  type DiffusionOptions,
  type StochasticGradientOptions,
} from './stochastic-gradient.ts';
export { flatAt, quadratic, rosenbrock, sharpAt, twoMinima, wellProfile, type Surface } from './surfaces.ts';
export * from './well-volumes.ts';
