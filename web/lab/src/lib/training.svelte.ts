import type { MetricRecord, SeriesName, SpecificationInput } from '../../../../src/contract/index.ts';
import { joiningOf, type Curve } from '../../../../src/figures/index.ts';
import { Columns } from './columns.ts';
import type {
  FromTrainer,
  LabDevice,
  Optimizer,
  ShelfAnswers,
  ShelfReply,
  ShelfRequest,
  ToTrainer,
} from './messages.ts';

/** Where a walk stands: nothing yet or stopped, its runtime arrives, its programs are compiled, it trains, it was stopped by an error. */
export type TrainingStatus = 'idle' | 'loading' | 'preparing' | 'training' | 'failed';

type Answer = ShelfAnswers[keyof ShelfAnswers];

/** Milliseconds that a slider must rest before its value is taken over. */
const rest = 250;

/** A walk in a worker, and what came of it so far. Whoever makes one closes it. */
export class Training {
  status = $state<TrainingStatus>('idle');
  message = $state('');
  loaded = $state(0);
  total = $state<number | null>(null);
  iteration = $state(0);
  perSecond = $state(0);
  held = $state(false);
  /** The name of the run that the walk is kept as; null: it is not kept. */
  run = $state<string | null>(null);
  about = $state.raw<Extract<FromTrainer, { type: 'begun' }> | null>(null);
  /** Grows with every report: what reads the columns reads it as well. */
  #reports = $state(0);
  #columns = new Map<SeriesName, Columns>();
  #walk = 0;
  #asked = 0;
  readonly #waits = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #waiting: ReturnType<typeof setTimeout> | undefined;
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromTrainer | ShelfReply>) =>
      'ask' in data ? this.#settle(data) : this.#hear(data),
    );
    this.#worker.addEventListener('error', ({ message }) => this.#fail(message || 'the trainer could not be loaded'));
  }

  /** Begins a walk from the initial parameters; `keep`: as a run that the browser keeps. */
  start(specification: SpecificationInput, device: LabDevice, keep = false): void {
    this.#begin();
    this.#show(0, []);
    this.#tell({ type: 'start', walk: ++this.#walk, specification, device, base: runtimeAddress(), keep });
  }

  /** Goes on with a run that the browser keeps; what is shown of it stays, up to where it goes on from. */
  resume(run: string): void {
    this.#begin();
    this.#tell({ type: 'resume', walk: ++this.#walk, run, base: runtimeAddress() });
  }

  /** Ends the walk. */
  stop(): void {
    clearTimeout(this.#waiting);
    this.#tell({ type: 'stop' });
  }

  /** Shows a run that the browser keeps, in place of the walk, which ends. Rejects with what went wrong, in words. */
  async open(run: string): Promise<void> {
    this.stop();
    // What is still said of the walk before is of no interest.
    this.#walk++;
    this.status = 'idle';
    this.run = null;
    const { file, records } = await this.ask({ kind: 'open', run });
    this.#show(file.iteration, records);
  }

  #show(iteration: number, records: readonly MetricRecord[]): void {
    this.#columns = new Map();
    this.#add(records);
    this.iteration = iteration;
    this.#reports++;
  }

  /** Asks for something of the runs that the browser keeps. Rejects with what went wrong, in words. */
  ask<K extends keyof ShelfAnswers>(request: Extract<ShelfRequest, { kind: K }>): Promise<ShelfAnswers[K]> {
    const ask = ++this.#asked;
    this.#tell({ type: 'ask', ask, request });
    return new Promise((resolve, reject) =>
      this.#waits.set(ask, { resolve: (answer) => resolve(answer as ShelfAnswers[K]), reject }),
    );
  }

  #begin(): void {
    clearTimeout(this.#waiting);
    this.held = false;
    this.status = 'preparing';
    this.run = null;
  }

  /** Goes on by another rule, once the reader has let go of the slider. */
  change(optimizer: Optimizer): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#tell({ type: 'change', optimizer }), rest);
  }

  hold(held: boolean): void {
    this.held = held;
    this.#tell({ type: 'hold', held });
  }

  /** The curve of a series from iteration `from` on; without points where there are none yet. */
  curve(series: SeriesName, from = 0): Curve {
    void this.#reports;
    return (this.#columns.get(series) ?? new Columns()).curve(joiningOf(series), from);
  }

  /** The curve over iterations of a series at one coordinate. */
  level(series: SeriesName, coordinate: number): Curve {
    void this.#reports;
    return (this.#columns.get(series) ?? new Columns()).level(coordinate);
  }

  /** The newest values of a series over their coordinates. */
  newest(series: SeriesName): Curve {
    void this.#reports;
    return (this.#columns.get(series) ?? new Columns()).newest();
  }

  /** Its newest value. */
  last(series: SeriesName): number | null {
    void this.#reports;
    return this.#columns.get(series)?.last ?? null;
  }

  /** Its mean from iteration `from` on. */
  mean(series: SeriesName, from: number): number | null {
    void this.#reports;
    return this.#columns.get(series)?.mean(from) ?? null;
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#worker.terminate();
  }

  #tell(message: ToTrainer): void {
    this.#worker.postMessage(message);
  }

  #fail(message: string): void {
    this.status = 'failed';
    this.message = message;
  }

  #hear(message: FromTrainer): void {
    if (message.walk !== this.#walk) return;
    switch (message.type) {
      case 'loading':
        this.status = message.loaded === message.total ? 'preparing' : 'loading';
        this.loaded = message.loaded;
        this.total = message.total;
        return;
      case 'preparing':
        this.status = 'preparing';
        return;
      case 'begun':
        this.status = 'training';
        this.about = message;
        this.run = message.run;
        this.#goOnFrom(message.iteration);
        return;
      case 'records':
        this.#keep(message);
        return;
      case 'stopped':
        this.status = 'idle';
        return;
      case 'failed':
        this.#fail(message.message);
    }
  }

  #keep({ records, iteration, perSecond }: Extract<FromTrainer, { type: 'records' }>): void {
    this.#add(records);
    this.iteration = iteration;
    this.perSecond = perSecond;
    this.#reports++;
  }

  /** A run goes on from a checkpoint: what it recorded from there on comes again. */
  #goOnFrom(iteration: number): void {
    for (const columns of this.#columns.values()) columns.rewind(iteration);
    this.iteration = iteration;
    this.#reports++;
  }

  #add(records: readonly MetricRecord[]): void {
    for (const record of records) {
      const columns = this.#columns.get(record.series) ?? new Columns();
      this.#columns.set(record.series, columns);
      columns.add(record);
    }
  }

  #settle(reply: ShelfReply): void {
    const wait = this.#waits.get(reply.ask);
    this.#waits.delete(reply.ask);
    if (reply.type === 'answer') wait?.resolve(reply.answer);
    else wait?.reject(new Error(reply.message));
  }
}

const runtimeAddress = (): string => new URL(import.meta.env.RUNTIME_FOLDER, document.baseURI).href;
