export { classRows, labelScore, otherScores } from './classes.ts';
export * from './cross-entropy.ts';
export * from './function.ts';
export * from './grid.ts';
export { gcdf, hinge, squaredError } from './margins.ts';
export * from './penalty.ts';
export * from './specified.ts';
