export { describeMachine, packageVersion } from './environment.ts';
export { forkRun, type ForkRequest } from './fork.ts';
export { executeRun, resumeRun, type ExecuteRequest, type ResumeRequest } from './execute.ts';
export { courseOf } from './phases.ts';
export { planRun, type PlanRequest } from './plan.ts';
export type { OwnProbe, OwnProbeSetting } from './own-probes.ts';
export { performRun, type RunRequest } from './perform.ts';
export { startRun, type RunProcess } from './process.ts';
export { startLandscapePrice, startPlan, type EstimateProcess } from './estimates.ts';
export type { RunHooks } from './session.ts';
export { learningRates } from './learning-rates.ts';
export {
  measureRun,
  type MeasuredRun,
  type MeasureHooks,
  type MeasureProgress,
  type MeasureRequest,
} from './measure.ts';
export { loadModel, type LoadedModel, type ModelExamples } from './model/index.ts';
export { importRun, type ImportRequest } from './trajectory/index.ts';
export * from './point/index.ts';
export * from './examples/index.ts';
export * from './job/index.ts';
export * from './landscape/index.ts';
