export type { ComputedMap } from './computed.ts';
export { measureLandscapeInParts, partsHere, type PartsComputer, type PartsHooks } from './in-parts.ts';
export type { Identity } from './journal.ts';
export { measureLandscape } from './measure.ts';
export { PartProcesses, type PartWork } from './part-processes.ts';
export {
  layOutLandscape,
  measurePart,
  partsOf,
  type LandscapeLayout,
  type LandscapePart,
  type PartRequest,
} from './parts.ts';
export { priceLandscape } from './price.ts';
export type {
  CheckpointPlace,
  ConnectivityRequest,
  LandscapeHooks,
  LandscapeProgress,
  LandscapeRequest,
  SimplexRequest,
  SurfaceRequest,
  TrajectoryRequest,
} from './request.ts';
