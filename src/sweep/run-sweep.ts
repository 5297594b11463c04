import { ThalwegError } from '../base/index.ts';
import { pruneCheckpoints, requireNoWorker } from '../store/index.ts';
import { arithmeticMean } from '../statistics/index.ts';
import { coursesOf, measuredAt, rungsOf, survivors, type Rungs } from './halving.ts';
import { createLocalQueue } from './local-queue.ts';
import { makeAll, type MakingHooks, type MakingMessage, type Task } from './make.ts';
import type { SweepPlan, SweepRun } from './plan.ts';
import { PriceBook, type PriceBookOptions } from './prices.ts';
import type { RunQueue } from './queue.ts';
import { SweepNote } from './record.ts';
import { resultOf, type SweepResult } from './results.ts';
import { chooseShare } from './share.ts';
import { isOpen, runState } from './state.ts';

export interface SweepRequest {
  readonly plan: SweepPlan;
  readonly runsDirectory: string;
  readonly dataDirectory?: string;
  /** Processes at a time; default: as many as cores and memory allow for these runs. */
  readonly workers?: number;
  /** Where runs are made; default: in processes of this machine. It is closed at the end. */
  readonly queue?: RunQueue;
  /** How is found out what runs cost, and where that is kept. */
  readonly prices?: Pick<PriceBookOptions, 'planner' | 'file'>;
}

/**
 * Makes what is missing of a sweep: runs that are there are used, what was interrupted goes on from its last checkpoint. A run that
 * fails does not keep the others from being made. Rejects with `INTERRUPTED` when the signal aborts, with `RUN_STATE` while another
 * process works on this sweep, and as {@link makeAll} does.
 */
export async function runSweep(request: SweepRequest, hooks: MakingHooks): Promise<SweepResult> {
  return new SweepMaker(request, hooks).make();
}

class SweepMaker {
  readonly #request: SweepRequest;
  readonly #plan: SweepPlan;
  readonly #runsDirectory: string;
  readonly #signal: AbortSignal;
  readonly #hooks: MakingHooks;
  readonly #prices: PriceBook;
  /** Failures of this session, by run. */
  readonly #failures = new Map<string, string>();
  /** Cells that a halving ended, with the place. */
  readonly #dropped = new Map<number, string>();

  constructor(request: SweepRequest, { onMessage, signal = new AbortController().signal }: MakingHooks) {
    this.#request = request;
    this.#plan = request.plan;
    this.#runsDirectory = request.runsDirectory;
    this.#signal = signal;
    this.#hooks = { signal, onMessage: (message) => this.#hear(message, onMessage) };
    const onNote = (message: string): void => onMessage({ type: 'note', message });
    this.#prices = new PriceBook({ dataDirectory: request.dataDirectory, onNote, ...request.prices });
  }

  async make(): Promise<SweepResult> {
    requireNoWorker(this.#runsDirectory, 'a sweep');
    const note = new SweepNote(this.#plan, this.#runsDirectory);
    note.write('running', this.#dropped);
    try {
      const states = this.#plan.runs.map((run) => runState(run, this.#runsDirectory));
      const finished = states.filter(({ status }) => status === 'finished').length;
      this.#hooks.onMessage({ type: 'planned', total: states.length, finished });
      const open = this.#plan.runs.filter((_, index) => isOpen(states[index]!));
      const left = await this.#makeOpen(open, () => note.write('running', this.#dropped));
      if (this.#signal.aborted)
        throw new ThalwegError('INTERRUPTED', `sweep ${this.#plan.name}: stopped; the same command goes on from here`);
      this.#prune(left);
      return resultOf(this.#plan, this.#runsDirectory, this.#failures, this.#dropped);
    } finally {
      note.write('idle', this.#dropped);
    }
  }

  /** Returns the runs that are not dropped. */
  async #makeOpen(open: readonly SweepRun[], onDropped: () => void): Promise<readonly SweepRun[]> {
    if (open.length === 0) return this.#plan.runs;
    const rungs = await this.#rungs();
    const queue = this.#request.queue ?? (await this.#localQueue(open));
    try {
      let left: readonly SweepRun[] = this.#plan.runs;
      for (const span of rungs?.spans ?? []) {
        left = await this.#decide(left, span, rungs!, queue);
        if (this.#signal.aborted) return left;
        onDropped();
      }
      await this.#makeRuns(
        left.filter((run) => isOpen(runState(run, this.#runsDirectory))),
        queue,
      );
      return left;
    } finally {
      await queue.close();
    }
  }

  async #rungs(): Promise<Rungs | null> {
    const { halving } = this.#plan;
    if (!halving) return null;
    return rungsOf(halving, this.#plan, await coursesOf(halving, this.#plan, this.#prices, this.#signal));
  }

  async #localQueue(open: readonly SweepRun[]): Promise<RunQueue> {
    const { runsDirectory, dataDirectory, workers } = this.#request;
    const onNote = (message: string): void => this.#hooks.onMessage({ type: 'note', message });
    const share = await chooseShare(open, workers, { prices: this.#prices, onNote, signal: this.#signal });
    return createLocalQueue({ runsDirectory, dataDirectory, ...share });
  }

  /** Brings runs to a rung, and drops the cells that are not among the best there. Returns the runs that go on. */
  async #decide(runs: readonly SweepRun[], span: string, rungs: Rungs, queue: RunQueue): Promise<readonly SweepRun[]> {
    const halving = this.#plan.halving!;
    const value = (run: SweepRun): number | null =>
      measuredAt(run, halving.metric, rungs.iterationAt(run, span), this.#runsDirectory);
    const behind = runs.filter((run) => isOpen(runState(run, this.#runsDirectory)) && value(run) === null);
    await this.#makeRuns(behind, queue, (run) => (rungs.isEnd(run, span) ? undefined : rungs.iterationAt(run, span)));
    if (this.#signal.aborted) return runs;
    const bySeed = new Map<number, number[]>();
    for (const run of runs) bySeed.set(run.cell, [...(bySeed.get(run.cell) ?? []), value(run) ?? NaN]);
    const means = new Map([...bySeed].map(([cell, values]) => [cell, meanOrNaN(values)]));
    const going = new Set(survivors(means, halving));
    for (const cell of means.keys()) if (!going.has(cell)) this.#dropped.set(cell, span);
    for (const run of runs)
      if (!going.has(run.cell) && isOpen(runState(run, this.#runsDirectory)))
        this.#hooks.onMessage({ type: 'dropped', id: run.id });
    return runs.filter(({ cell }) => going.has(cell));
  }

  #makeRuns(runs: readonly SweepRun[], queue: RunQueue, until?: (run: SweepRun) => number | undefined): Promise<void> {
    const tasks = runs
      .filter(({ id }) => !this.#failures.has(id))
      .map((run): Task => {
        const at = until?.(run);
        return {
          id: run.id,
          again: runState(run, this.#runsDirectory).status === 'unfinished',
          end: at === undefined ? 'finished' : 'standing',
          start: (onProgress) => queue.start(at === undefined ? run : { ...run, until: at }, onProgress),
        };
      });
    return makeAll(tasks, queue.concurrency, this.#hooks);
  }

  #hear(message: MakingMessage, tell: MakingHooks['onMessage']): void {
    if (message.type === 'failed') this.#failures.set(message.id, message.message);
    tell(message);
  }

  /** Removes the checkpoints of finished runs that are not to be kept. */
  #prune(runs: readonly SweepRun[]): void {
    const { checkpoints } = this.#plan.keep;
    if (checkpoints === 'all') return;
    for (const run of runs)
      if (runState(run, this.#runsDirectory).status === 'finished')
        pruneCheckpoints(this.#runsDirectory, run.id, checkpoints === 'last' ? 1 : 0);
  }
}

const meanOrNaN = (values: readonly number[]): number =>
  values.every((value) => Number.isFinite(value)) ? arithmeticMean(values) : NaN;
