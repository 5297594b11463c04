export * from './csv.ts';
export * from './errors.ts';
export * from './random.ts';
export * from './suggest.ts';
export * from './tensor.ts';
