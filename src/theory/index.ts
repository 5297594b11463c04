export * from './points.ts';
export { evaluate, gradientOf, type Evaluated, type Potential, type Precision } from './potential.ts';
export { flatAt, quadratic, rosenbrock, sharpAt, twoMinima, wellProfile, type Surface } from './surfaces.ts';
export type { Draw, Dynamics, StepInputs } from './dynamics.ts';
export * from './langevin.ts';
export * from './simulate.ts';
export { frobeniusNorm, relativeDifference, type SquareMatrix } from './matrix.ts';
