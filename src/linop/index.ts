export * from './algebra.ts';
export * from './dense.ts';
export * from './density-cells.ts';
export type { Which } from './eigenpair-search.ts';
export type { Eigenpair } from './eigenpair.ts';
export {
  estimateMean,
  fewestProbes,
  type Estimate,
  type EstimateAccount,
  type OnProgress,
  type Sampling,
  type StoppingOptions,
  type VectorEstimate,
} from './estimate.ts';
export * from './hutch-plus-plus.ts';
export { hutchinsonDiagonal, hutchinsonTrace, type HutchinsonOptions } from './hutchinson.ts';
export * from './leading-eigenpairs.ts';
export * from './moments.ts';
export * from './operator.ts';
export * from './orthogonal.ts';
export * from './power-iteration.ts';
export * from './probe-vector.ts';
export * from './quadrature.ts';
export * from './restricted.ts';
export {
  densityOf,
  spectralDensity,
  type Density,
  type DensityOptions,
  type SpectralDensity,
  type SpectralDensityOptions,
} from './spectral-density.ts';
export * from './subspace.ts';
export * from './trace-of-function.ts';
export * from './vectors.ts';
export * from './verify.ts';
