import { messageOf, ThalwegError, type HostTensor } from '../base/index.ts';
import { spanIterations, type MetricRecord, type RunFile, type TrainerMessage } from '../contract/index.ts';
import { initialParameters } from '../nn/index.ts';
import { exactRecord, type Probe } from '../probes/index.ts';
import { openRun, summarise, type RunWriter } from '../store/index.ts';
import { Evaluator, Trainer, type TrainerState } from '../train/index.ts';
import { packCheckpoint } from './checkpoint.ts';
import { createStepper, type Prepared } from './prepare.ts';
import { createProbes, wantsGradient } from './probes.ts';
import { Progress } from './progress.ts';

export interface RunHooks {
  onMessage(message: TrainerMessage): void;
  /** When it aborts, the run ends after the current update with a checkpoint and the status `interrupted`. */
  readonly signal: AbortSignal;
}

/** Where a session starts from. */
export interface SessionStart {
  readonly state: TrainerState;
  readonly probes: Readonly<Record<string, HostTensor>>;
}

/** Milliseconds after which records and position reach the disk, so that a page beside the run sees them. */
const flushInterval = 250;
const positionInterval = 2000;

/**
 * One uninterrupted stretch of a run, from `start` to its end or until it is stopped. What belongs to iteration t is
 * recorded after the checkpoint of t, so that a run resumed from there records the same again.
 */
export class Session {
  readonly #prepared: Prepared;
  readonly #writer: RunWriter;
  readonly #hooks: RunHooks;
  readonly #secondsBefore: number;
  readonly #began = performance.now();
  readonly #progress: Progress;
  readonly #trainer: Trainer;
  readonly #probes: readonly Probe[];
  readonly #evaluators: readonly (readonly ['train' | 'test', Evaluator])[];
  #flushed = 0;
  #positioned = 0;
  #checkpoint: { iteration: number; path: string } | undefined;

  private constructor(prepared: Prepared, writer: RunWriter, hooks: RunHooks, parts: SessionParts) {
    this.#prepared = prepared;
    this.#writer = writer;
    this.#hooks = hooks;
    this.#secondsBefore = writer.file.summary?.seconds ?? 0;
    this.#trainer = parts.trainer;
    this.#probes = parts.probes;
    this.#evaluators = parts.evaluators;
    this.#progress = new Progress(prepared, parts.trainer.iteration, (message) => hooks.onMessage(message));
  }

  static async create(prepared: Prepared, writer: RunWriter, hooks: RunHooks, start: SessionStart | null): Promise<Session> {
    const { specification, objective, runtime, data } = prepared;
    const initial = initialParameters(objective.model, specification.seed);
    const state = start?.state ?? { iteration: 0, parameters: initial, gradient: null };
    const stepper = await createStepper(prepared, wantsGradient(prepared));
    const { learningRate } = specification.optimizer;
    const trainer = new Trainer(runtime.backend, stepper, () => learningRate, state);
    const probes = await createProbes(prepared, initial, start?.probes ?? {});
    const evaluators = [
      ['train', await Evaluator.create(runtime, objective, prepared.chunked(data.train))],
      ['test', await Evaluator.create(runtime, objective, prepared.chunked(data.test))],
    ] as const;
    return new Session(prepared, writer, hooks, { trainer, probes, evaluators });
  }

  /** Trains to the end, or until the signal. Errors leave the run `failed`, with everything recorded so far. */
  async run(): Promise<RunFile> {
    try {
      this.#writer.update({ status: 'running', error: null });
      const stopped = await this.#loop();
      return this.#finish(stopped ? 'interrupted' : 'finished');
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Returns true when the signal ended it early. */
  async #loop(): Promise<boolean> {
    const { totalIterations } = this.#prepared;
    const start = this.#trainer.iteration;
    for (;;) {
      const { iteration } = this.#trainer;
      const stopping = this.#hooks.signal.aborted && iteration < totalIterations;
      const last = iteration === totalIterations;
      if (stopping || last || (iteration > start && this.#due(this.#prepared.specification.checkpoints.every))) await this.#saveCheckpoint();
      if (stopping) return true;
      await this.#visit(last);
      if (last) return false;
      const update = await this.#trainer.step();
      const records = [exactRecord('batch.loss', iteration, update.loss)];
      for (const probe of this.#probes) records.push(...((await probe.afterUpdate?.(update)) ?? []));
      this.#record(records);
      this.#progress.updated(iteration, update.loss);
    }
  }

  /** What is measured of θ_t itself. */
  async #visit(last: boolean): Promise<void> {
    const { iteration, parameters } = this.#trainer;
    const records: MetricRecord[] = [];
    for (const probe of this.#probes) records.push(...((await probe.visit?.(iteration, parameters)) ?? []));
    if (last || this.#due(this.#prepared.specification.evaluate))
      for (const [set, evaluator] of this.#evaluators) {
        const { loss, accuracy, examples } = await evaluator.evaluate(parameters);
        records.push(exactRecord(`${set}.loss`, iteration, loss, examples), exactRecord(`${set}.accuracy`, iteration, accuracy, examples));
      }
    this.#record(records);
  }

  #due(cadence: string): boolean {
    return this.#trainer.iteration % spanIterations(cadence, this.#prepared.iterationsPerEpoch) === 0;
  }

  #record(records: readonly MetricRecord[]): void {
    this.#writer.append(records);
    const now = performance.now();
    if (now - this.#flushed > flushInterval) {
      this.#writer.flush();
      this.#flushed = now;
    }
    if (now - this.#positioned > positionInterval) {
      this.#writer.update({ iteration: this.#trainer.iteration });
      this.#positioned = now;
    }
  }

  async #saveCheckpoint(): Promise<void> {
    this.#writer.flush();
    const state = await this.#trainer.state();
    const probes = Object.assign({}, ...this.#probes.map((probe) => probe.state?.() ?? {})) as Record<string, HostTensor>;
    const path = this.#writer.saveCheckpoint(state.iteration, packCheckpoint(state, probes), { iteration: String(state.iteration) });
    this.#checkpoint = { iteration: state.iteration, path };
    this.#writer.update({ iteration: state.iteration });
  }

  #finish(status: 'finished' | 'interrupted'): RunFile {
    this.#writer.flush();
    this.#writer.update({ status, iteration: this.#trainer.iteration });
    this.#summarise();
    this.#writer.log('info', `${status} at iteration ${this.#trainer.iteration}`);
    return this.#writer.file;
  }

  #summarise(): void {
    const reader = openRun(`${this.#writer.directory}/..`, this.#writer.file.id);
    try {
      const seconds = this.#secondsBefore + (performance.now() - this.#began) / 1000;
      this.#writer.update({ summary: { ...summarise(reader), seconds } });
    } finally {
      reader.close();
    }
  }

  /** Notes the failure in the run as far as the disk allows, and returns the error to throw. */
  #fail(error: unknown): unknown {
    const { iteration } = this.#trainer;
    const known = error instanceof ThalwegError ? error : undefined;
    const kept = this.#checkpoint ? `; the last checkpoint is ${this.#checkpoint.path}` : '';
    const failure = known?.code === 'TRAINING_DIVERGED' ? new ThalwegError(known.code, known.message + kept, { cause: error }) : error;
    const problem = { code: known?.code ?? 'INTERNAL', message: messageOf(failure) };
    try {
      this.#writer.flush();
      this.#writer.update({ status: 'failed', iteration, error: problem });
      this.#writer.log('error', problem.message);
      this.#summarise();
    } catch {
      // The disk may be what failed: the run then keeps its last status, and reads as interrupted once this process ends.
    }
    return failure;
  }

  async release(): Promise<void> {
    await this.#trainer.release();
    for (const probe of this.#probes) await probe.release();
    for (const [, evaluator] of this.#evaluators) await evaluator.release();
  }
}

interface SessionParts {
  readonly trainer: Trainer;
  readonly probes: readonly Probe[];
  readonly evaluators: readonly (readonly ['train' | 'test', Evaluator])[];
}
