export { programBeside, startAlone } from './alone.ts';
export { WorkerPool, type PoolOptions } from './pool.ts';
export { WorkerQueue, type QueueOptions } from './queue.ts';
export { serveRequests, type WorkHooks } from './serve.ts';
export type { ProcessEnd, Work, WorkRequest } from './work.ts';
