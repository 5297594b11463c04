export * from './evaluator.ts';
export * from './examples.ts';
export * from './gradient.ts';
export * from './phased.ts';
export * from './programs.ts';
export * from './trainer.ts';
export * from './updating.ts';
