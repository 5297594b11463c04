export * from './operator.ts';
export * from './vectors.ts';
