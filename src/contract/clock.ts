import { z } from 'zod';
import { parseSpan } from './cadence.ts';

/** Where the length of an epoch changes: update `iteration` begins epoch `epoch` (from 0). */
export const epochChangeSchema = z.strictObject({
  iteration: z.int().positive(),
  epoch: z.int().positive(),
  iterationsPerEpoch: z.int().positive(),
});
export type EpochChange = z.output<typeof epochChangeSchema>;

/** A place in the course of epochs. */
export interface ClockPlace {
  /** The epoch of update t, from 0. */
  readonly epoch: number;
  /** Updates of that epoch before t. */
  readonly within: number;
  readonly iterationsPerEpoch: number;
}

/**
 * Iterations in epochs. An epoch has one length until the update rule draws its batches in another way; such a change ends
 * the epoch that it falls into, which counts as one although it is shorter.
 */
export class EpochClock {
  /** Changes of the length, in their order; empty where it never changes. */
  readonly changes: readonly EpochChange[];
  readonly #parts: readonly EpochChange[];

  /** @param iterationsPerEpoch updates of an epoch at the beginning */
  constructor(iterationsPerEpoch: number, changes: readonly EpochChange[] = []) {
    this.changes = changes;
    this.#parts = [{ iteration: 0, epoch: 0, iterationsPerEpoch }, ...changes];
  }

  /** The place of update t, which is that of θ_t. */
  at(iteration: number): ClockPlace {
    const part = this.#parts.findLast((candidate) => candidate.iteration <= iteration)!;
    const { iterationsPerEpoch } = part;
    const passed = iteration - part.iteration;
    const epoch = part.epoch + Math.floor(passed / iterationsPerEpoch);
    return { epoch, within: passed % iterationsPerEpoch, iterationsPerEpoch };
  }

  /** Epochs done at θ_t, with the share of the one that has begun. */
  epochs(iteration: number): number {
    const { epoch, within, iterationsPerEpoch } = this.at(iteration);
    return epoch + within / iterationsPerEpoch;
  }

  /** Updates before epoch `epoch` (from 0). */
  start(epoch: number): number {
    const part = this.#parts.findLast((candidate) => candidate.epoch <= epoch)!;
    return part.iteration + (epoch - part.epoch) * part.iterationsPerEpoch;
  }

  /** Updates in a span that begins with update 0. Throws `SPECIFICATION_INVALID` for what is no span. */
  iterations(span: string): number {
    const { count, unit } = parseSpan(span);
    return unit === 'epoch' ? this.start(count) : count;
  }

  /** Whether what happens once per span happens at θ_t: at multiples of that many iterations, or where an epoch begins. */
  isDue(cadence: string, iteration: number): boolean {
    const { count, unit } = parseSpan(cadence);
    if (unit === 'iteration') return iteration % count === 0;
    const { epoch, within } = this.at(iteration);
    return within === 0 && epoch % count === 0;
  }

  /** The clock on which update `iteration`, after all changes so far, begins an epoch of another length. */
  changed(iteration: number, iterationsPerEpoch: number): EpochClock {
    const { epoch, within } = this.at(iteration);
    const change = { iteration, epoch: within === 0 ? epoch : epoch + 1, iterationsPerEpoch };
    return new EpochClock(this.#parts[0]!.iterationsPerEpoch, [...this.changes, change]);
  }
}

/** The clock of a run. */
export const clockOf = (run: {
  readonly iterationsPerEpoch: number;
  readonly epochChanges: readonly EpochChange[];
}): EpochClock => new EpochClock(run.iterationsPerEpoch, run.epochChanges);
