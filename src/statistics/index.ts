export * from './correlation.ts';
export * from './histogram.ts';
export * from './hypotheses.ts';
export * from './inliers.ts';
export * from './local-outlier-factor.ts';
export * from './mean.ts';
export * from './quantiles.ts';
export type { Interval, Sample } from './sample.ts';
export * from './skewness.ts';
