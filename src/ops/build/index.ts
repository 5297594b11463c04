export * from './basic.ts';
export * from './convolution.ts';
export * from './elementwise.ts';
export * from './linear.ts';
export * from './movement.ts';
export * from './normalise.ts';
export * from './pool.ts';
export * from './reduce.ts';
