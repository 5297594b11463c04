export { HubClient, type HubClientOptions } from './client.ts';
export { FileCache } from './cache.ts';
export type { RunSending, SenderState, TakenRun, TakeRequest, WorkerName } from './interface.ts';
export { takeRun } from './take.ts';
