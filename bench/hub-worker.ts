import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { seriesNames, type HubPosition, type SeriesName } from '../src/contract/index.ts';
import { packageVersion } from '../src/run/index.ts';
import type { HistoryPage } from '../src/store/index.ts';
import { batchLimits, HubClient, type SessionKey } from '../src/sync/index.ts';
import { syntheticRunFile } from '../test/figures/synthetic-walk.ts';

/** A worker looks at its folder so often. */
const interval = 500;
const runFileInterval = 2000;

/** What an update records: 11 points of the interpolation, and 9 numbers of the update. */
const perUpdate: readonly { readonly series: SeriesName; readonly coordinate: number }[] = [
  ...Array.from({ length: 11 }, (_, point) => ({ series: 'interpolation.loss' as const, coordinate: point / 10 })),
  ...seriesNames.slice(0, 9).map((series) => ({ series, coordinate: NaN })),
];

/** Sends what a training of so many records a second would have recorded, in the way in which `RunSender` does. */
export class SimulatedWorker {
  readonly id: string;
  /** Milliseconds between each batch and its acknowledgement. */
  readonly latencies: number[] = [];
  /** Seconds that the oldest record of any batch had waited when it was acknowledged. */
  behind = 0;
  readonly #client: HubClient;
  readonly #rate: number;
  readonly #index: number;
  #key: SessionKey;
  #position: HubPosition = { seq: 0, clock: -1, log: 0 };

  constructor(address: string, index: number, rate: number) {
    this.id = `bench-${index}`;
    this.#client = new HubClient({ address, version: packageVersion(), seed: index });
    this.#rate = rate;
    this.#index = index;
    this.#key = { id: this.id, session: 0 };
  }

  /** Records that were acknowledged. */
  get rows(): number {
    return this.#position.seq;
  }

  async begin(): Promise<void> {
    const worker = { id: this.id, host: 'bench', pid: process.pid };
    const claim = await this.#client.claim(this.id, { definition: 'bench', worker, holds: null, folder: randomUUID() });
    this.#key = { id: this.id, session: claim.session };
    await this.#sendFile();
  }

  /** Sends for so many seconds, and then what is left. */
  async send(seconds: number): Promise<void> {
    // Machines do not look at their folders at the same moment.
    await wait((this.#index * 97) % interval);
    const began = performance.now();
    let noted = began;
    for (let isOver = false; !isOver;) {
      const elapsed = (performance.now() - began) / 1000;
      isOver = elapsed >= seconds;
      const recorded = Math.floor(Math.min(elapsed, seconds) * this.#rate);
      while (this.rows < recorded) await this.#sendPage(Math.min(recorded - this.rows, batchLimits.rows), began);
      if (performance.now() - noted > runFileInterval) {
        noted = performance.now();
        await this.#sendFile();
      }
      const next = (elapsed * 1000) % interval;
      if (!isOver) await wait(interval - next);
    }
  }

  async #sendPage(rows: number, began: number): Promise<void> {
    const page = this.#page(rows);
    const asked = performance.now();
    const recordedAt = page.from / this.#rate;
    this.#position = await this.#client.sendRecords(this.#key, page);
    this.latencies.push(performance.now() - asked);
    this.behind = Math.max(this.behind, (performance.now() - began) / 1000 - recordedAt);
  }

  #page(length: number): HistoryPage {
    const from = this.rows;
    const column = (valueOf: (place: number) => number): Float64Array<ArrayBuffer> =>
      Float64Array.from({ length }, (_, row) => valueOf(from + row));
    const iterationOf = (place: number): number => Math.floor(place / perUpdate.length);
    const partOf = (place: number): (typeof perUpdate)[number] => perUpdate[place % perUpdate.length]!;
    return {
      from,
      to: from + length,
      records: {
        seq: column((place) => place + 1),
        series: Array.from({ length }, (_, row) => partOf(from + row).series),
        iteration: column(iterationOf),
        coordinate: column((place) => partOf(place).coordinate),
        value: column((place) => Math.sin(place)),
        standardError: column((place) => 1e-3 * Math.cos(place)),
        isEstimate: column((place) => place % 2),
        examples: column(() => 1000),
      },
      rewinds: { seq: new Float64Array(), iteration: new Float64Array() },
      clock: {
        from: iterationOf(from),
        iteration: Float64Array.of(iterationOf(from + length - 1)),
        seconds: Float64Array.of(from / this.#rate),
      },
      isLast: true,
    };
  }

  async #sendFile(): Promise<void> {
    const now = new Date().toISOString();
    const walk = { iterationsPerEpoch: 600, iterations: 90_910, interpolated: 600, points: 11, seed: 1 };
    const file = { ...syntheticRunFile(this.id, walk), version: 1, status: 'running', created: now, updated: now };
    await this.#client.sendFile(
      this.#key,
      `${JSON.stringify({ ...file, iteration: Math.floor(this.rows / perUpdate.length) }, null, 2)}\n`,
    );
  }
}
