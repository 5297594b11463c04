import { ThalwegError } from '../base/index.ts';
import type { LandscapePrice, RunPlan } from '../contract/index.ts';
import {
  startLandscapePrice,
  startPlan,
  type EstimateProcess,
  type LandscapeRequest,
  type PlanRequest,
} from '../run/index.ts';

/** What finds out prices, each in a process of its own. */
export interface EstimateStarters {
  readonly run: (request: PlanRequest) => EstimateProcess<RunPlan>;
  readonly landscape: (request: LandscapeRequest) => EstimateProcess<LandscapePrice>;
}

/** Prices on this machine, one after another: two that are timed at once would each seem twice as long. */
export class Estimates {
  readonly #starters: EstimateStarters;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(starters: EstimateStarters = { run: startPlan, landscape: startLandscapePrice }) {
    this.#starters = starters;
  }

  /** What a run will be and cost. Rejects with what makes the run impossible, and with `INTERRUPTED` when `signal` aborts. */
  run(request: PlanRequest, signal: AbortSignal): Promise<RunPlan> {
    return this.#next(() => this.#starters.run(request), signal);
  }

  /** What a landscape will cost. Rejects as {@link run} does. */
  landscape(request: LandscapeRequest, signal: AbortSignal): Promise<LandscapePrice> {
    return this.#next(() => this.#starters.landscape(request), signal);
  }

  close(): void {
    this.#closing.abort();
  }

  #next<Result>(start: () => EstimateProcess<Result>, signal: AbortSignal): Promise<Result> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const result = this.#last.then(() => untilAborted(start, either));
    this.#last = result.catch(() => undefined);
    return result;
  }
}

async function untilAborted<Result>(start: () => EstimateProcess<Result>, signal: AbortSignal): Promise<Result> {
  if (signal.aborted) throw new ThalwegError('INTERRUPTED', 'estimate: stopped before it was begun');
  const work = start();
  const kill = (): void => work.kill();
  signal.addEventListener('abort', kill);
  try {
    return await work.done;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
