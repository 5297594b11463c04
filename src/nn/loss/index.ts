export * from './cross-entropy.ts';
export * from './function.ts';
export { gcdf, hinge, squaredError } from './margins.ts';
export * from './penalty.ts';
export * from './specified.ts';
