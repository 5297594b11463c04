/** What of a run needs no Node: a specification and its parts become a walk, whose records go nowhere. */
export { assembleRun, type Followed, type GradientSource, type Prepared, type RunParts } from '../assemble.ts';
export type { TrainingState } from '../checkpoint.ts';
export { Walk, type WalkOptions } from '../walk.ts';
