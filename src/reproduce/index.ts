export { estimateTrials, type EstimateRequest, type ExperimentPlan } from './estimate.ts';
export { createEvidence, type PaperEvidence } from './evidence.ts';
export {
  describeHypothesis,
  judgeClaims,
  ledgerOf,
  measureClaim,
  refuseClaim,
  type ClaimMeasurement,
} from './ledger.ts';
export { firstSentences, proseOf } from './report/prose.ts';
export { reproduce, type ReproduceRequest, type Reproduction } from './reproduce.ts';
export { selectTrials } from './selection.ts';
export type { StartTrial } from './start.ts';
export { stateOf } from './state.ts';
export { planTrials, type PlannedTrial } from './trial.ts';
