export { batchLimits, decodePage, encodePage } from './batch.ts';
export { FileCache, type CachedContent } from './cache.ts';
export { HubClient, type HubClientOptions, type SessionKey } from './client.ts';
export { fetchPoints, type PointsRequest } from './fetch-points.ts';
export { fetchRun, type FetchPlace, type FetchRequest } from './fetch-run.ts';
export { hubSource } from './hub-source.ts';
export type { RunSending, SenderState, TakenRun, TakeRequest, WorkerName } from './interface.ts';
export { RunSender, type SenderOptions } from './sender.ts';
export { takeRun } from './take.ts';
