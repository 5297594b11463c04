export * from './common.ts';
export * from './figures.ts';
export * from './results.ts';
export * from './runs.ts';
