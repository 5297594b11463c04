export type { QueuedRun, RunQueue, StartedRun } from './queue.ts';
