export { countCells, seedList } from './axes.ts';
export { estimateSweep, missingRuns, type SweepEstimate } from './estimate.ts';
export { bringingQueue, type HubCopiesPlace } from './hub-copies.ts';
export { definitionOf, digestOf, plannedId } from './identity.ts';
export { createLocalQueue, requestFor, silentEnd, type LocalQueueOptions, type Place } from './local-queue.ts';
export { isFatal, makeAll, type MakingHooks, type MakingMessage, type Task } from './make.ts';
export { makeRun, type MakeRunRequest } from './perform.ts';
export { cellText, planSweep, shortKey, valueText, type SweepPlan, type SweepRun } from './plan.ts';
export type { QueuedRun, RunQueue, StartedRun } from './queue.ts';
export { connectQueue, type QueueConnection } from './bullmq/connection.ts';
export { knownDigests } from './bullmq/known-data.ts';
export { openQueueManager, type QueueManager } from './bullmq/manager.ts';
export { createRedisQueue, type RedisQueueOptions } from './bullmq/queue.ts';
export { newWorkerName, RunWorker, type RunWorkerOptions } from './bullmq/worker.ts';
export { Capacity } from './capacity.ts';
export { partsInQueue, type EvaluationQueueOptions } from './bullmq/evaluation-queue.ts';
export { EvaluationWorker, type EvaluationWorkerOptions, type PartPlace } from './bullmq/evaluation-worker.ts';
export type { RunMaker } from './bullmq/make-and-send.ts';
export { PriceBook, type Planner, type Price, type PriceBookOptions } from './prices.ts';
export { checkSweep, readSweep, type SweepChanges, type SweepFile } from './read.ts';
export {
  chooseShare,
  priceKinds,
  secondsOf,
  shareAmong,
  shareForKind,
  shareOut,
  thisMachine,
  type KindPrices,
  type Machine,
  type PricingHooks,
  type Share,
} from './share.ts';
export type { CellResult, FigureEstimate, SweepResult } from './results.ts';
export { runSweep, type SweepRequest } from './run-sweep.ts';
export { doneState, isOpen, problemState, readState, runState, type PlannedState } from './state.ts';
export { Tally } from './tally.ts';
