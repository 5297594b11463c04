export { createEmpiricalFisher, createMonteCarloFisher, type MonteCarloOptions } from './fisher.ts';
export { createGaussNewton } from './gauss-newton.ts';
export { createFullGradient, type FullGradient, type MeanGradient } from './gradient.ts';
export { batchCovarianceFactor, createGradientCovariance, type BatchDraw } from './gradient-covariance.ts';
export { createHessian } from './hessian.ts';
export { parameterLayout, topLayerOf, type LayoutEntry, type ParameterLayout } from './layout.ts';
export type { MeasuredNetwork, NetworkPoint } from './network.ts';
export type { CurvatureOperator, CurvatureOptions } from './operator.ts';
