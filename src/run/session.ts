import type { HostTensor } from '../base/index.ts';
import { spanIterations, type MetricRecord, type TrainerMessage } from '../contract/index.ts';
import { exactRecord, type Probe } from '../probes/index.ts';
import type { RunWriter } from '../store/index.ts';
import { ruleFor, scheduleAt } from '../optim/index.ts';
import { Evaluator, initialSlots, initialState, Trainer } from '../train/index.ts';
import { packCheckpoint, type TrainingState } from './checkpoint.ts';
import type { Prepared } from './prepare.ts';
import { createStepper } from './stepper.ts';
import { createProbes, wantsGradient } from './probes.ts';
import { Progress } from './progress.ts';

export interface RunHooks {
  onMessage(message: TrainerMessage): void;
  /** When it aborts, the run ends after the current update with a checkpoint and the status `interrupted`. */
  readonly signal: AbortSignal;
}

/** Milliseconds after which records and position reach the disk, so that a page beside the run sees them. */
const flushInterval = 250;
const positionInterval = 2000;

interface SessionParts {
  readonly trainer: Trainer;
  readonly probes: readonly Probe[];
  readonly evaluators: readonly (readonly ['train' | 'test', Evaluator])[];
}

/**
 * One uninterrupted stretch of training and measuring, up to its end or until it is stopped. What belongs to iteration t
 * is recorded after the checkpoint of t, so that a run resumed from there records the same again.
 */
export class Session {
  readonly #prepared: Prepared;
  readonly #writer: RunWriter;
  readonly #signal: AbortSignal;
  readonly #progress: Progress;
  readonly #trainer: Trainer;
  readonly #probes: readonly Probe[];
  readonly #evaluators: SessionParts['evaluators'];
  readonly #start: number;
  #flushed = 0;
  #positioned = 0;
  #checkpoint: string | null = null;

  private constructor(prepared: Prepared, writer: RunWriter, hooks: RunHooks, parts: SessionParts) {
    this.#prepared = prepared;
    this.#writer = writer;
    this.#signal = hooks.signal;
    this.#trainer = parts.trainer;
    this.#probes = parts.probes;
    this.#evaluators = parts.evaluators;
    this.#start = parts.trainer.iteration;
    this.#progress = new Progress(prepared, this.#start, (message) => hooks.onMessage(message));
  }

  /** Compiles what the run needs; without `from` it starts at the initial parameters. */
  static async create(
    prepared: Prepared,
    writer: RunWriter,
    hooks: RunHooks,
    from: TrainingState | null,
  ): Promise<Session> {
    const { specification, objective, runtime, data } = prepared;
    const initial = {
      ...initialState(objective.model, specification.seed),
      slots: initialSlots(objective.model, ruleFor(specification.optimizer)),
    };
    const state = from?.trainer ?? initial;
    const stepper = await createStepper(prepared, wantsGradient(prepared), (message) => writer.log('info', message));
    const trainer = new Trainer(runtime.backend, stepper, (t) => learningRateAt(prepared, t), state);
    const probes = await createProbes(prepared, initial.parameters, from?.probes ?? {});
    const evaluators = [
      ['train', await Evaluator.create(runtime, objective, prepared.chunked(data.train))],
      ['test', await Evaluator.create(runtime, objective, prepared.chunked(data.test))],
    ] as const;
    return new Session(prepared, writer, hooks, { trainer, probes, evaluators });
  }

  /** Updates made so far, over all sessions of the run. */
  get iteration(): number {
    return this.#trainer.iteration;
  }

  /** Path of the checkpoint that this session wrote last; null before the first. */
  get checkpoint(): string | null {
    return this.#checkpoint;
  }

  /** Trains to the end, or until the signal; either way the last state has a checkpoint. */
  async run(): Promise<'finished' | 'interrupted'> {
    for (;;) {
      const last = this.iteration === this.#prepared.totalIterations;
      const stopping = this.#signal.aborted && !last;
      if (stopping || last || this.#checkpointIsDue()) await this.#saveCheckpoint();
      if (stopping) return 'interrupted';
      this.#record(await this.#visit(last));
      if (last) return 'finished';
      await this.#update();
    }
  }

  async #update(): Promise<void> {
    const { iteration } = this;
    const update = await this.#trainer.step();
    const records = [exactRecord('batch.loss', iteration, update.loss)];
    if (typeof this.#prepared.specification.optimizer.learningRate !== 'number')
      records.push(exactRecord('learningRate', iteration, learningRateAt(this.#prepared, iteration)));
    for (const probe of this.#probes) records.push(...((await probe.afterUpdate?.(update)) ?? []));
    this.#record(records);
    this.#progress.updated(iteration, update.loss);
  }

  /** What is measured of θ_t itself. */
  async #visit(last: boolean): Promise<MetricRecord[]> {
    const { iteration, parameters, buffers } = this.#trainer;
    const records: MetricRecord[] = [];
    for (const probe of this.#probes) records.push(...((await probe.visit?.(iteration, parameters)) ?? []));
    if (!last && !this.#isMultipleOf(this.#prepared.specification.evaluate)) return records;
    for (const [set, evaluator] of this.#evaluators) {
      const { loss, accuracy, examples } = await evaluator.evaluate(parameters, buffers);
      records.push(exactRecord(`${set}.loss`, iteration, loss, examples));
      records.push(exactRecord(`${set}.accuracy`, iteration, accuracy, examples));
    }
    return records;
  }

  #checkpointIsDue(): boolean {
    return this.iteration > this.#start && this.#isMultipleOf(this.#prepared.specification.checkpoints.every);
  }

  #isMultipleOf(cadence: string): boolean {
    return this.iteration % spanIterations(cadence, this.#prepared.iterationsPerEpoch) === 0;
  }

  #record(records: readonly MetricRecord[]): void {
    this.#writer.append(records);
    const now = performance.now();
    if (now - this.#flushed > flushInterval) {
      this.#writer.flush();
      this.#flushed = now;
    }
    if (now - this.#positioned > positionInterval) {
      this.#writer.update({ iteration: this.iteration });
      this.#positioned = now;
    }
  }

  async #saveCheckpoint(): Promise<void> {
    this.#writer.flush();
    const trainer = await this.#trainer.state();
    const probes = Object.assign({}, ...this.#probes.map((probe) => probe.state?.() ?? {})) as Record<
      string,
      HostTensor
    >;
    const { tensors, metadata } = packCheckpoint({ trainer, probes });
    this.#checkpoint = this.#writer.saveCheckpoint(this.iteration, tensors, metadata);
    this.#writer.update({ iteration: this.iteration });
  }

  async release(): Promise<void> {
    await this.#trainer.release();
    for (const probe of this.#probes) await probe.release();
    for (const [, evaluator] of this.#evaluators) await evaluator.release();
  }
}

const learningRateAt = ({ specification, iterationsPerEpoch }: Prepared, iteration: number): number =>
  scheduleAt(specification.optimizer.learningRate, iteration, iterationsPerEpoch);
