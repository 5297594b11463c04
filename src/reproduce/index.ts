export { estimateTrials, type EstimateRequest, type ExperimentPlan } from './estimate.ts';
export { createEvidence } from './evidence.ts';
export type { ExecuteHooks, ReproduceMessage, StartTrial } from './execute.ts';
export { ledgerOf } from './ledger.ts';
export { effectText, pText } from './report/numbers.ts';
export { reproduce, type ReproduceRequest, type Reproduction } from './reproduce.ts';
export { selectTrials } from './selection.ts';
export { stateOf, type TrialState } from './state.ts';
export { planTrials, type PlannedTrial } from './trial.ts';
