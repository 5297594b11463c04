import type { MetricRecord } from '../src/contract/index.ts';
import { createRun, type RunWriter } from '../src/store/index.ts';
import { syntheticRunFile, syntheticWalk, type SyntheticWalk } from '../test/figures/synthetic-walk.ts';

const walk: Omit<SyntheticWalk, 'seed'> = {
  iterationsPerEpoch: 40,
  iterations: 1_000_000,
  interpolated: 40,
  points: 11,
};
/** Milliseconds between two commits of a run, and updates in each. */
const pause = 200;
const updates = 4;
/** Commits between two writings of the run file. */
const fileEvery = 10;

/** Runs that go on, each as a trainer of 20 updates a second would write it. */
export class LiveRuns {
  readonly ids: readonly string[];
  readonly #writers: readonly RunWriter[];
  readonly #steps: readonly Iterator<readonly MetricRecord[]>[];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #commits: number[];

  constructor(runs: string, count: number) {
    this.ids = Array.from({ length: count }, (_, index) => `live-${index}`);
    this.#writers = this.ids.map((id, seed) => createRun(runs, syntheticRunFile(id, { ...walk, seed })));
    this.#steps = this.ids.map((_, seed) => syntheticWalk({ ...walk, seed }));
    this.#commits = this.ids.map(() => 0);
    // Not all at once: trainers know nothing of each other.
    this.ids.forEach((_, index) =>
      setTimeout(() => this.#timers.push(setInterval(() => this.#write(index), pause)), (index * pause) / count),
    );
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const writer of this.#writers) {
      writer.update({ status: 'finished' });
      writer.close();
    }
  }

  #write(index: number): void {
    const writer = this.#writers[index]!;
    for (let update = 0; update < updates; update++)
      writer.append((this.#steps[index]!.next().value as readonly MetricRecord[] | undefined) ?? []);
    writer.flush();
    this.#commits[index]!++;
    if (this.#commits[index]! % fileEvery === 0)
      writer.update({ iteration: writer.file.iteration + updates * fileEvery });
  }
}
