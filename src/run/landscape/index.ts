export { measureLandscape } from './measure.ts';
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
