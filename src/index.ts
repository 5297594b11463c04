/** Thalweg: an observatory for the training dynamics of neural networks. */
export * from './base/index.ts';
export * from './contract/index.ts';
export * from './nn/index.ts';
export * from './train/index.ts';
export { executeRun, forkRun, resumeRun, startRun } from './run/index.ts';
export { resolveSpecification, studies } from './studies/index.ts';
export { exportRun, listRuns, openRun, readCheckpoint } from './store/index.ts';
