import { Pause, ThalwegError } from '../../../src/base/index.ts';
import {
  specificationSchema,
  type MetricRecord,
  type RunFile,
  type Specification,
} from '../../../src/contract/index.ts';
import {
  assembleRun,
  differences,
  newestState,
  newRun,
  requireSameData,
  train,
  type Prepared,
  type RunHooks,
  type Start,
} from '../../../src/run/core/index.ts';
import type { RunWriter } from '../../../src/store/core/index.ts';
import type { LabDevice, Optimizer, Told, ToTrainer } from '../src/lib/messages.ts';
import { changed } from './change.ts';
import { describeTab } from './environment.ts';
import { loadParts } from './parts.ts';
import type { LabRuns } from './store/runs.ts';
import type { LabTraining } from './walk.ts';

type Begin = Extract<ToTrainer, { type: 'start' | 'resume' }>;

/** Milliseconds between two reports, and between two looks at what the page says. */
const interval = 80;

/** A run that stays: the records of its walk, its checkpoints and its log are kept in the browser, as Node keeps them on disk. */
export class LabRun implements LabTraining {
  readonly ended: Promise<void>;
  readonly #request: Begin;
  readonly #tell: (message: Told) => void;
  readonly #pause = new Pause();
  #abort = new AbortController();
  #wanted: Optimizer | undefined;
  #stopped = false;
  #held = false;
  #records: MetricRecord[] = [];
  #iteration = 0;
  #reported = { at: 0, iteration: 0 };

  /**
   * @param runs where it is kept
   * @param before what must have ended first: the runtime serves one walk at a time
   */
  constructor(request: Begin, runs: Promise<LabRuns>, tell: (message: Told) => void, before: Promise<void>) {
    this.#request = request;
    this.#tell = tell;
    this.ended = before.catch(() => undefined).then(async () => this.#run(await runs));
  }

  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#pause.release();
  }

  hold(held: boolean): void {
    this.#held = held;
    if (held) this.#pause.request();
    else this.#pause.release();
  }

  change(optimizer: Optimizer): void {
    this.#wanted = optimizer;
    this.#abort.abort();
    this.#pause.release();
  }

  async #run(runs: LabRuns): Promise<void> {
    const request = this.#request;
    let writer = request.type === 'resume' ? runs.openWriter(request.run) : null;
    try {
      let specification = writer ? unfinished(writer.file) : asked(request);
      while (!this.#stopped) {
        writer = await this.#stretch(runs, writer, specification);
        if (this.#wanted === undefined) return;
        specification = changed(writer.file.specification, writer.file.iteration, this.#wanted);
        this.#wanted = undefined;
      }
    } finally {
      writer?.close();
    }
  }

  /** Trains by one rule, to the end or until it is stopped or another rule is wanted. */
  async #stretch(runs: LabRuns, opened: RunWriter | null, specification: Specification): Promise<RunWriter> {
    this.#tell({ type: 'preparing' });
    const prepared = await this.#prepare(runs, opened, specification);
    try {
      const environment = describeTab(prepared.runtime.backend);
      const writer = opened ?? (await runs.create(await newRun(prepared, environment, undefined), prepared.assets));
      try {
        const start = opened ? await goOn(runs, writer, prepared) : null;
        await this.#train(prepared, writer, start);
        return writer;
      } catch (error) {
        writer.close();
        throw error;
      }
    } finally {
      await prepared.close();
    }
  }

  async #train(prepared: Prepared, writer: RunWriter, start: Start | null): Promise<void> {
    const { runtime, objective, data } = prepared;
    const { threads, version } = runtime.backend;
    this.#iteration = start?.state.trainer.iteration ?? 0;
    this.#reported = { at: performance.now(), iteration: this.#iteration };
    const sizes = { parameters: objective.model.size, examples: data.train.count };
    this.#tell({ type: 'begun', run: writer.file.id, iteration: this.#iteration, threads, version, ...sizes });
    this.#abort = new AbortController();
    if (this.#stopped || this.#wanted) this.#abort.abort();
    if (this.#held) this.#pause.request();
    await train(prepared, writer, this.#hooks(), start);
    this.#report();
  }

  #hooks(): RunHooks {
    return {
      onMessage: () => undefined,
      signal: this.#abort.signal,
      pause: this.#pause,
      onRecords: (records) => {
        for (const record of records) if (record.series === 'batch.loss') this.#iteration = record.iteration + 1;
        this.#records.push(...records);
      },
      turn: async () => {
        if (performance.now() - this.#reported.at < interval) return;
        this.#report();
        // Messages wait while WebAssembly computes.
        await new Promise((resolve) => setTimeout(resolve));
        this.#reported.at = performance.now();
      },
    };
  }

  #report(): void {
    const [now, iteration] = [performance.now(), this.#iteration];
    const perSecond = (1000 * (iteration - this.#reported.iteration)) / (now - this.#reported.at);
    this.#tell({ type: 'records', iteration, records: this.#records, perSecond });
    this.#records = [];
    this.#reported = { at: now, iteration };
  }

  #prepare(runs: LabRuns, opened: RunWriter | null, specification: Specification): Promise<Prepared> {
    const onLoad = (loaded: number, total: number | null): void => this.#tell({ type: 'loading', loaded, total });
    const copy = (name: string) => (opened ? runs.readFile(opened.file.id, name) : null);
    const device = deviceOf(opened ? opened.file.environment.device : specification.device);
    const places = { device, base: new URL(this.#request.base), onLoad, copy };
    return assembleRun(specification, loadParts(specification, places));
  }
}

/** Where an opened run goes on, once it is known that it can: its run file says what is trained from here on. */
async function goOn(runs: LabRuns, writer: RunWriter, prepared: Prepared): Promise<Start | null> {
  const warn = (message: string): void => writer.log('warn', message);
  await requireSameData(writer.file, prepared);
  differences(writer.file.environment, describeTab(prepared.runtime.backend)).forEach(warn);
  const { specification, clock, totalIterations } = prepared;
  const { iterationsPerEpoch } = clock.at(0);
  writer.update({ specification, iterationsPerEpoch, epochChanges: [...clock.changes], totalIterations });
  const read = (path: string) => runs.readCheckpoint(writer.file.id, path);
  return newestState({ reader: writer.reader(), read }, prepared, warn);
}

function asked(request: Begin): Specification {
  if (request.type === 'start') return specificationSchema.parse({ ...request.specification, device: request.device });
  throw new ThalwegError('RUN_NOT_FOUND', `run ${request.run}: expected a run of this page, got none`);
}

function unfinished({ id, status, specification }: RunFile): Specification {
  if (status !== 'finished') return specification;
  throw new ThalwegError('RUN_STATE', `run ${id}: expected an unfinished run, got one that is finished`);
}

function deviceOf(device: Specification['device']): LabDevice {
  if (device === 'cpu' || device === 'webgpu') return device;
  throw new ThalwegError('USAGE', `device: expected cpu or webgpu in a page, got "${device}"`);
}
