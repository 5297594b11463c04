export * from './cadence.ts';
export * from './clock.ts';
export * from './event.ts';
export * from './measurement.ts';
export * from './plan.ts';
export * from './record.ts';
export * from './run.ts';
export * from './specification/index.ts';
