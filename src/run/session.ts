import type { Pause } from '../base/index.ts';
import type { MetricRecord, ProbeCost, TrainerMessage } from '../contract/index.ts';
import type { RunWriter } from '../store/core/index.ts';
import { packCheckpoint, type TrainingState } from './checkpoint.ts';
import { figuresOf } from './ending.ts';
import { Figures } from './figures.ts';
import { requireOwnProbes, type OwnProbe } from './own-probes.ts';
import type { Prepared } from './assemble.ts';
import { Progress } from './progress.ts';
import { Walk } from './walk.ts';
import type { WallClock } from './wall-clock.ts';

export interface RunHooks {
  onMessage(message: TrainerMessage): void;
  /** When it aborts, the run ends after the current update with a checkpoint and the status `interrupted`. */
  readonly signal: AbortSignal;
  /** Holds the run before its next update, with the status `paused` (default: nobody holds it). Whoever stops it lets it go. */
  readonly pause?: Pause;
  /** Hears what is measured, as soon as it is recorded (default: nobody listens). */
  readonly onRecords?: (records: readonly MetricRecord[]) => void;
  /** Awaited before each update, so that others get a turn where computing would leave them none (default: nobody needs one). */
  readonly turn?: () => Promise<void>;
  /** Probes of one's own, beside those of the specification. Whoever resumes the run gives them again. */
  readonly probes?: readonly OwnProbe[];
}

/** Writes a line of the log and tells it to whoever started the run. */
export function tell(writer: RunWriter, hooks: RunHooks, level: 'info' | 'warn', message: string): void {
  writer.log(level, message);
  hooks.onMessage({ type: 'log', level, message });
}

/** Milliseconds after which records and position reach the disk, so that a page beside the run sees them. */
const flushInterval = 250;
const positionInterval = 2000;

/**
 * One uninterrupted stretch of training and measuring, up to its end or until it is stopped. What belongs to iteration t
 * is recorded after the checkpoint of t, so that a run resumed from there records the same again.
 */
export class Session {
  readonly #prepared: Prepared;
  readonly #writer: RunWriter;
  readonly #hooks: RunHooks;
  readonly #progress: Progress;
  readonly #walk: Walk;
  readonly #figures: Figures;
  readonly #clock: WallClock;
  readonly #start: number;
  #flushed = 0;
  #positioned = 0;
  #evaluationSeconds: number | null = null;
  #checkpoint: string | null = null;

  private constructor(prepared: Prepared, writer: RunWriter, hooks: RunHooks, walk: Walk, clock: WallClock) {
    this.#prepared = prepared;
    this.#writer = writer;
    this.#hooks = hooks;
    this.#walk = walk;
    this.#clock = clock;
    this.#start = walk.iteration;
    this.#figures = new Figures(figuresOf(writer));
    this.#progress = new Progress(prepared, this.#start, (message) => hooks.onMessage(message));
  }

  /** Compiles what the run needs; without `from` it starts at the initial parameters. `clock`: the run's wall time. */
  static async create(
    prepared: Prepared,
    writer: RunWriter,
    hooks: RunHooks,
    from: TrainingState | null,
    clock: WallClock,
  ): Promise<Session> {
    const { probes: own = [] } = hooks;
    const spent = writer.file.summary?.probes ?? [];
    const names = [...prepared.specification.probes.map(({ kind }) => kind), ...own.map(({ name }) => name)];
    requireOwnProbes(writer.file.id, names, spent);
    const walk = await Walk.create(prepared, from, {
      own,
      warn: (message) => tell(writer, hooks, 'warn', message),
      log: (message) => writer.log('info', message),
      spent,
    });
    return new Session(prepared, writer, hooks, walk, clock);
  }

  /** Updates made so far, over all sessions of the run. */
  get iteration(): number {
    return this.#walk.iteration;
  }

  /** What the probes cost over all sessions of the run. */
  costs(): ProbeCost[] {
    return this.#walk.costs(this.#clock.seconds);
  }

  /** Path of the checkpoint that this session wrote last; null before the first. */
  get checkpoint(): string | null {
    return this.#checkpoint;
  }

  /**
   * Trains to the end, until the signal, or until iteration `until`, with what is measured there; every way the last state has
   * a checkpoint.
   */
  async run(until = Infinity): Promise<'finished' | 'interrupted'> {
    for (;;) {
      const last = this.iteration === this.#prepared.totalIterations;
      await this.#hooks.turn?.();
      if (!last && this.#hooks.pause?.isRequested) await this.#hold(this.#hooks.pause);
      const stopping = this.#hooks.signal.aborted && !last;
      const waiting = this.iteration >= until && !last;
      if (stopping || waiting || last || this.#checkpointIsDue()) await this.#saveCheckpoint();
      if (stopping) return 'interrupted';
      this.#record(await this.#walk.visit());
      if (this.#walk.evaluates) await this.#evaluate();
      if (last) return 'finished';
      if (waiting) {
        this.#writer.log('info', `stands at iteration ${this.iteration}, as far as it was asked for`);
        return 'interrupted';
      }
      await this.#update();
    }
  }

  /** Waits, with everything recorded on disk and the state in memory. The time counts nowhere. */
  async #hold(pause: Pause): Promise<void> {
    const { iteration } = this;
    this.#flush();
    this.#notePosition();
    this.#writer.update({ status: 'paused' });
    this.#writer.log('info', `paused at iteration ${iteration}`);
    const began = performance.now();
    await pause.released();
    const seconds = (performance.now() - began) / 1000;
    this.#clock.pass(seconds);
    this.#progress.pass(seconds);
    if (this.#hooks.signal.aborted) return;
    this.#writer.update({ status: 'running' });
    this.#writer.log('info', `continued at iteration ${iteration}`);
  }

  async #update(): Promise<void> {
    const { iteration } = this;
    const { loss, records } = await this.#walk.update();
    this.#record(records);
    this.#progress.updated(iteration, loss);
  }

  async #evaluate(): Promise<void> {
    this.#progress.evaluating(this.#evaluationSeconds);
    const began = performance.now();
    this.#record(await this.#walk.evaluate(), flushInterval);
    this.#evaluationSeconds = (performance.now() - began) / 1000;
  }

  #checkpointIsDue(): boolean {
    const { specification, clock } = this.#prepared;
    return this.iteration > this.#start && clock.isDue(specification.checkpoints.every, this.iteration);
  }

  /** `within`: milliseconds within which the run file shall show where the run is. */
  #record(records: readonly MetricRecord[], within = positionInterval): void {
    this.#writer.append(records);
    this.#figures.add(records);
    this.#hooks.onRecords?.(records);
    const now = performance.now();
    if (now - this.#flushed > flushInterval) {
      this.#flush();
      this.#flushed = now;
    }
    if (now - this.#positioned > within) this.#notePosition();
  }

  #flush(): void {
    this.#writer.flush({ iteration: this.iteration, seconds: this.#clock.seconds });
  }

  async #saveCheckpoint(): Promise<void> {
    const { tensors, metadata } = packCheckpoint(await this.#walk.state());
    this.#checkpoint = this.#writer.saveCheckpoint(this.iteration, tensors, metadata);
    this.#notePosition();
  }

  /** The run file is all that a list of runs reads, and all that is left of the time of a killed session. */
  #notePosition(): void {
    const { iteration } = this;
    const summary = this.#figures.at(iteration, this.#prepared.clock.epochs(iteration), this.#clock.seconds);
    this.#writer.update({ iteration, summary: { ...summary, probes: this.costs() } });
    this.#positioned = performance.now();
  }

  release(): Promise<void> {
    return this.#walk.release();
  }
}
