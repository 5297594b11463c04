export { WorkerPool, type PoolOptions } from './pool.ts';
export { serveRequests, type WorkHooks } from './serve.ts';
export type { ProcessEnd, Work, WorkRequest } from './work.ts';
