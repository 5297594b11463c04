export * from './exact-trace.ts';
export { gradientMoments, type GradientMoments } from './gradient-moments.ts';
export type * from './network.ts';
export * from './per-example-trace.ts';
export { traceParts } from './trace-parts.ts';
