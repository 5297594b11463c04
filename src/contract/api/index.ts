export * from './common.ts';
export * from './compare.ts';
export * from './figures.ts';
export * from './managing.ts';
export * from './runs.ts';
export * from './series.ts';
export * from './sparklines.ts';
export * from './steering.ts';
