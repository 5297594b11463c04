export { quadraticClaims } from './quadratic-claims.ts';
export { quadraticExperiment } from './quadratic-experiment.ts';
export { quadraticFigures } from './quadratic-figures.ts';
