import type { RunPlan, Specification } from '../../contract/index.ts';
import { startPlan } from '../../run/index.ts';

export interface EstimatesOptions {
  readonly dataDirectory?: string;
  /** What makes a plan in a process of its own (default: {@link startPlan}). */
  readonly plan?: typeof startPlan;
}

/** Plans of runs, one after another: two that are timed at once would each seem twice as long. */
export class Estimates {
  readonly #options: EstimatesOptions;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EstimatesOptions) {
    this.#options = options;
  }

  /** What a run will be and cost. Rejects with what makes the run impossible, and with `INTERRUPTED` when `signal` aborts. */
  of(specification: Specification, signal: AbortSignal): Promise<RunPlan> {
    const { dataDirectory, plan = startPlan } = this.#options;
    const request = { specification, ...(dataDirectory !== undefined && { dataDirectory }) };
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const result = this.#last.then(() => plan(request, either));
    this.#last = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#closing.abort();
  }
}
