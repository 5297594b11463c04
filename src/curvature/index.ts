export * from './example-evaluator.ts';
export * from './exact-trace.ts';
export { createEmpiricalFisher, createMonteCarloFisher, type MonteCarloOptions } from './fisher.ts';
export { createGaussNewtonDiagonal, type GaussNewtonDiagonal } from './gauss-newton-diagonal.ts';
export { createGaussNewton } from './gauss-newton.ts';
export { createFullGradient, type FullGradient, type MeanGradient } from './gradient.ts';
export { batchCovarianceFactor, createGradientCovariance, type BatchDraw } from './gradient-covariance.ts';
export {
  createGradientMoments,
  gradientMoments,
  gradientNoise,
  type GradientMoments,
  type GradientMomentsMeter,
  type GradientNoise,
} from './gradient-moments.ts';
export { createExampleGradients, type ExampleGradientsPass } from './example-gradients.ts';
export { createHessian } from './hessian.ts';
export { parameterLayout, type LayoutEntry, type ParameterLayout } from './layout.ts';
export { affineHessianTrace, giniImpurity, marginBound, outputMargin, softmaxMargin } from './margins.ts';
export { placedPoint, type MeasuredNetwork, type NetworkPoint } from './network.ts';
export type { CurvatureOperator, CurvatureOptions } from './operator.ts';
export * from './per-example-trace.ts';
export { compileProbabilities, likeliestClasses, type Probabilities } from './probabilities.ts';
export { scaledCurvature, scaledPoint, type ScaledCurvature } from './scaled-curvature.ts';
export type { ExampleMeter } from './trace-meter.ts';
export { traceParts } from './trace-parts.ts';
