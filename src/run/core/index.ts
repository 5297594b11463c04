/** What of a run needs no Node: a specification and its parts become a walk, whose records go nowhere, or a run that a store keeps. */
export { assembleRun, type Followed, type GradientSource, type Prepared, type RunParts } from '../assemble.ts';
export { differences, newRun, requireSameData } from '../beginning.ts';
export type { TrainingState } from '../checkpoint.ts';
export { onnxNetwork, packedName, type ModelExamples } from '../model/network.ts';
export type { RunHooks } from '../session.ts';
export { newestState, type Start, type StoredRun } from '../start.ts';
export { train } from '../train.ts';
export { Walk, type WalkOptions } from '../walk.ts';
