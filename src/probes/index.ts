export * from './distance.ts';
export * from './gradient-cosine.ts';
export * from './interpolation.ts';
export * from './probe.ts';
export * from './quantity.ts';
export * from './segment-statistics.ts';
export * from './walk-window.ts';
