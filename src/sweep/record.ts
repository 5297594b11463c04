import { sweepRecordVersion, type SweepRecord } from '../contract/index.ts';
import { readSweepRecord, writeSweepRecord } from '../store/index.ts';
import type { SweepPlan } from './plan.ts';

/** Notes a sweep beside its runs, for the page. A sweep of that name that was something else is replaced. */
export class SweepNote {
  readonly #plan: SweepPlan;
  readonly #runsDirectory: string;
  readonly #created: string;

  /** Writes nothing yet. */
  constructor(plan: SweepPlan, runsDirectory: string) {
    this.#plan = plan;
    this.#runsDirectory = runsDirectory;
    this.#created = readSweepRecord(runsDirectory, plan.name)?.created ?? new Date().toISOString();
  }

  /**
   * Throws `RUN_STATE` while another process works on a sweep of that name, `STORE_FAILED`.
   *
   * @param dropped cells that a halving ended, with the place
   */
  write(state: SweepRecord['state'], dropped: ReadonlyMap<number, string>): void {
    const { name, source, axes, cells, runs, leftOut } = this.#plan;
    writeSweepRecord(this.#runsDirectory, {
      version: sweepRecordVersion,
      name,
      created: this.#created,
      updated: new Date().toISOString(),
      state,
      source: { path: source.path, text: source.text },
      axes: axes.map(({ key, kind, values }) => ({ key, kind, values: [...values] })),
      cells: cells.map((cell) => ({ ...cell })),
      runs: runs.map(({ id, cell, seed }) => ({ id, cell, seed })),
      leftOut,
      dropped: [...dropped].map(([cell, rung]) => ({ cell, rung })),
    });
  }
}
