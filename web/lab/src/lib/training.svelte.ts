import type { SeriesName, SpecificationInput } from '../../../../src/contract/index.ts';
import { joiningOf, type Curve } from '../../../../src/figures/index.ts';
import { Columns } from './columns.ts';
import type { FromTrainer, LabDevice, ToTrainer } from './messages.ts';

/** Where a walk stands: nothing yet, its runtime arrives, its programs are compiled, it trains, it was stopped by an error. */
export type TrainingStatus = 'idle' | 'loading' | 'preparing' | 'training' | 'failed';

type Optimizer = NonNullable<SpecificationInput['optimizer']>;

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
  about = $state.raw<Extract<FromTrainer, { type: 'begun' }> | null>(null);
  /** Grows with every report: what reads the columns reads it as well. */
  #reports = $state(0);
  #columns = new Map<SeriesName, Columns>();
  #walk = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromTrainer>) => this.#hear(data));
    this.#worker.addEventListener('error', ({ message }) => this.#fail(message || 'the trainer could not be loaded'));
  }

  /** Begins a walk from the initial parameters. */
  start(specification: SpecificationInput, device: LabDevice): void {
    clearTimeout(this.#waiting);
    this.#columns = new Map();
    this.iteration = 0;
    this.held = false;
    this.status = 'preparing';
    const base = new URL(import.meta.env.RUNTIME_FOLDER, document.baseURI).href;
    this.#tell({ type: 'start', walk: ++this.#walk, specification, device, base });
    this.#reports++;
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
        return;
      case 'records':
        this.#keep(message);
        return;
      case 'failed':
        this.#fail(message.message);
    }
  }

  #keep({ records, iteration, perSecond }: Extract<FromTrainer, { type: 'records' }>): void {
    for (const record of records) {
      const columns = this.#columns.get(record.series) ?? new Columns();
      this.#columns.set(record.series, columns);
      columns.add(record);
    }
    this.iteration = iteration;
    this.perSecond = perSecond;
    this.#reports++;
  }
}
