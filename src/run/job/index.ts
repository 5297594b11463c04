export type { JobHooks, JobMessage } from './perform.ts';
export { startJob, type JobProcess } from './process.ts';
export { settleJob } from './request.ts';
export type { JobRequest, LandscapeJob, LandscapeWish, MeasurementJob, SettledJob } from './request.ts';
