export * from './exact-trace.ts';
export type * from './network.ts';
export * from './penalty-trace.ts';
