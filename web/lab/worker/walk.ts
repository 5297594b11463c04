import { specificationSchema, type MetricRecord, type Specification } from '../../../src/contract/index.ts';
import { assembleRun, Walk, type Prepared, type TrainingState } from '../../../src/run/core/index.ts';
import type { Optimizer, Told, ToTrainer } from '../src/lib/messages.ts';
import { changed } from './change.ts';
import { loadParts } from './parts.ts';

type Start = Extract<ToTrainer, { type: 'start' }>;

/** Milliseconds between two reports, and between two looks at what the page says. */
const interval = 80;

/** Something that is trained for the page. */
export interface LabTraining {
  /** Resolves when it stopped and gave everything back; rejects with what went wrong. */
  readonly ended: Promise<void>;
  stop(): void;
  hold(held: boolean): void;
  /** Goes on by another rule from where it stands. */
  change(optimizer: Optimizer): void;
}

/** A walk that goes on until it is stopped, by the specification's own numbers: those that `thalweg run` records of it. */
export class LabWalk implements LabTraining {
  readonly ended: Promise<void>;
  readonly #request: Start;
  readonly #tell: (message: Told) => void;
  #specification: Specification;
  #wanted: Optimizer | undefined;
  #stopped = false;
  #held = false;
  #wake: () => void = () => undefined;

  /** @param before what must have ended first: the runtime serves one walk at a time */
  constructor(request: Start, tell: (message: Told) => void, before: Promise<void>) {
    this.#request = request;
    this.#tell = tell;
    this.#specification = specificationSchema.parse(request.specification);
    this.ended = before.catch(() => undefined).then(() => this.#run());
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#wake();
  }

  change(optimizer: Optimizer): void {
    this.#wanted = optimizer;
    this.#wake();
  }

  async #run(): Promise<void> {
    let state: TrainingState | null = null;
    while (!this.#stopped) {
      if (state === null) this.#tell({ type: 'preparing' });
      const prepared = await this.#prepare();
      try {
        state = await this.#stretch(prepared, state);
      } finally {
        await prepared.close();
      }
      if (state === null) return;
    }
  }

  /** Trains by one rule; the state where another one takes over, null at the end. */
  async #stretch(prepared: Prepared, from: TrainingState | null): Promise<TrainingState | null> {
    const walk = await Walk.create(prepared, from);
    try {
      if (from === null) this.#announce(prepared);
      await this.#train(walk, prepared.totalIterations);
      if (this.#stopped || this.#wanted === undefined) return null;
      this.#specification = changed(this.#specification, walk.iteration, this.#wanted);
      this.#wanted = undefined;
      return await walk.state();
    } finally {
      await walk.release();
    }
  }

  /** Until it is stopped, another rule is wanted, or the last update is made. */
  async #train(walk: Walk, last: number): Promise<void> {
    let records: MetricRecord[] = [];
    let [reported, since] = [performance.now(), walk.iteration];
    const report = (): void => {
      const now = performance.now();
      const perSecond = (1000 * (walk.iteration - since)) / (now - reported);
      this.#tell({ type: 'records', iteration: walk.iteration, records, perSecond });
      [records, reported, since] = [[], now, walk.iteration];
    };
    for (;;) {
      records.push(...(await walk.visit()));
      if (walk.evaluates) records.push(...(await walk.evaluate()));
      if (walk.iteration < last) records.push(...(await walk.update()).records);
      const ends = walk.iteration === last;
      if (ends || performance.now() - reported > interval) {
        report();
        await this.#listen();
        reported = performance.now();
      }
      if (!ends && !this.#stopped && this.#wanted === undefined) continue;
      if (records.length > 0) report();
      return;
    }
  }

  /** Lets messages in, which wait while WebAssembly computes; where the walk is held, until it goes on. */
  async #listen(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    while (this.#held && !this.#stopped && this.#wanted === undefined)
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #prepare(): Promise<Prepared> {
    const { device, base } = this.#request;
    const onLoad = (loaded: number, total: number | null): void => this.#tell({ type: 'loading', loaded, total });
    return assembleRun(this.#specification, loadParts(this.#specification, { device, base: new URL(base), onLoad }));
  }

  #announce({ runtime: { backend }, objective, data }: Prepared): void {
    const { threads, version } = backend;
    const sizes = { parameters: objective.model.size, examples: data.train.count };
    this.#tell({ type: 'begun', run: null, iteration: 0, threads, version, ...sizes });
  }
}
