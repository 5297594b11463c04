export * from './adaptive.ts';
export * from './descent.ts';
export * from './noise.ts';
export * from './rule.ts';
export * from './schedule.ts';
export * from './sharpness-aware.ts';
export * from './specified.ts';
