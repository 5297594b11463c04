export type { QueuedRun, RunQueue, StartedRun } from './queue.ts';
export { connectQueue, type QueueConnection } from './bullmq/connection.ts';
export { openQueueManager, type QueueManager } from './bullmq/manager.ts';
export { createRedisQueue, type RedisQueueOptions } from './bullmq/queue.ts';
export { newWorkerName, RunWorker, type RunWorkerOptions } from './bullmq/worker.ts';
