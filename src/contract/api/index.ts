export * from './common.ts';
export * from './figures.ts';
export * from './managing.ts';
export * from './runs.ts';
export * from './sparklines.ts';
