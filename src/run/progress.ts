import type { TrainerMessage } from '../contract/index.ts';
import { isInterpolated } from './probes.ts';
import type { Prepared } from './assemble.ts';

type ProgressMessage = Extract<TrainerMessage, { type: 'progress' }>;

/** Seconds between two reports. */
const interval = 0.2;

/**
 * Rate and time left of a run. Plain and interpolated updates cost very different times, so each kind has a running mean
 * of its own; what is left is counted by kind.
 */
export class Progress {
  readonly #prepared: Prepared;
  readonly #send: (message: ProgressMessage) => void;
  readonly #left = { plain: 0, interpolated: 0 };
  readonly #seconds: { plain: number | null; interpolated: number | null } = { plain: null, interpolated: null };
  #reported = -Infinity;
  #before = performance.now();
  #last: ProgressMessage | undefined;

  constructor(prepared: Prepared, from: number, send: (message: ProgressMessage) => void) {
    this.#prepared = prepared;
    this.#send = send;
    for (let iteration = from; iteration < prepared.totalIterations; iteration++) this.#left[this.#kind(iteration)]++;
  }

  /** Update t is done. */
  updated(iteration: number, loss: number): void {
    const now = performance.now();
    const kind = this.#kind(iteration);
    const seconds = (now - this.#before) / 1000;
    const mean = this.#seconds[kind];
    this.#seconds[kind] = mean === null ? seconds : mean + 0.1 * (seconds - mean);
    this.#left[kind]--;
    this.#before = now;
    const last = iteration + 1 === this.#prepared.totalIterations;
    if (now - this.#reported < interval * 1000 && !last) return;
    this.#reported = now;
    const next = this.#prepared.totalIterations > iteration + 1 ? this.#kind(iteration + 1) : kind;
    this.#last = {
      type: 'progress',
      iteration: iteration + 1,
      totalIterations: this.#prepared.totalIterations,
      epoch: this.#prepared.clock.epochs(iteration + 1),
      loss,
      iterationsPerSecond: 1 / this.#seconds[kind],
      secondsLeft: this.#secondsLeft(),
      activity: next === 'interpolated' ? 'interpolating' : 'training',
    };
    this.#send(this.#last);
  }

  /** Leaves out seconds in which the run waited. */
  pass(seconds: number): void {
    this.#before += 1000 * seconds;
  }

  /** Losses and accuracies are being measured, which takes `seconds` (unknown: null). */
  evaluating(seconds: number | null): void {
    // Short ones come too often to be told.
    if (this.#last && (seconds ?? Infinity) > interval) this.#send({ ...this.#last, activity: 'evaluating' });
  }

  #kind(iteration: number): 'plain' | 'interpolated' {
    return isInterpolated(this.#prepared, iteration) ? 'interpolated' : 'plain';
  }

  #secondsLeft(): number | null {
    const part = (kind: 'plain' | 'interpolated'): number | null =>
      this.#left[kind] === 0 ? 0 : this.#seconds[kind] === null ? null : this.#left[kind] * this.#seconds[kind];
    const [plain, interpolated] = [part('plain'), part('interpolated')];
    return plain === null || interpolated === null ? null : plain + interpolated;
  }
}
