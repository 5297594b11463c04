export * from './common.ts';
export * from './compare.ts';
export * from './figures.ts';
export * from './runs.ts';
export * from './series.ts';
