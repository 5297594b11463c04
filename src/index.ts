/**
 * Thalweg: an observatory for the training dynamics of neural networks. Runs from specifications, and reading them again;
 * the parts that a run is made of stand under `thalweg/nn`, `thalweg/train` and so on.
 */
export * from './base/index.ts';
export * from './contract/index.ts';
export { executeRun, forkRun, measureLandscape, measureRun, planRun, resumeRun, startRun } from './run/index.ts';
export type {
  CheckpointPlace,
  ConnectivityRequest,
  ExecuteRequest,
  ForkRequest,
  LandscapeHooks,
  LandscapeProgress,
  LandscapeRequest,
  MeasuredRun,
  MeasureHooks,
  MeasureProgress,
  MeasureRequest,
  OwnProbe,
  OwnProbeSetting,
  PlanRequest,
  ResumeRequest,
  RunHooks,
  RunProcess,
  RunRequest,
  SimplexRequest,
  SurfaceRequest,
  TrajectoryRequest,
} from './run/index.ts';
export { resolveQuantities, resolveSpecification, studies } from './studies/index.ts';
export type { QuantitiesRequest, SpecificationRequest, Study, StudyChoices } from './studies/index.ts';
export { exportRun, listRuns, openRun, readCheckpoint } from './store/index.ts';
export type {
  Checkpoint,
  ClockColumns,
  ExportFormat,
  NamedTensors,
  PointsChanges,
  ReaderOptions,
  RecordRange,
  RunChanges,
  RunReader,
  SeriesColumns,
  SeriesOverview,
  SeriesPoints,
} from './store/index.ts';
