import { SvelteMap } from 'svelte/reactivity';
import type { RunListEntry, Sparkline, SparklinesBody } from '../../../src/contract/index.ts';
import { askJson } from './api.ts';

/** Runs of one request. */
const batch = 50;
const delay = 80;
/** Milliseconds until a run that could not be read is looked at again: somebody may mend it. */
const mending = 5000;

/** The small curve of a run, or why there is none. */
export type RunCurve = Sparkline | { readonly failure: string };

/** Small curves of the runs that are in sight, asked for together, and again when the list says that a run has changed. */
export class SparklineStore {
  readonly #curves = new SvelteMap<string, RunCurve>();
  /** What each run looked like when its curve was asked for. */
  readonly #asked = new Map<string, string>();
  #wanted: readonly RunListEntry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mending: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  /** The curve; undefined before it came. */
  get(id: string): RunCurve | undefined {
    return this.#curves.get(id);
  }

  /** Asks for the curves of these runs that are not there or older than the run. */
  want(runs: readonly RunListEntry[]): void {
    this.#wanted = runs;
    this.#schedule();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#mending);
    this.#wanted = [];
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#busy) this.#timer = setTimeout(() => void this.#ask(), delay);
  }

  #askAgain(runs: readonly string[]): void {
    clearTimeout(this.#mending);
    this.#mending = setTimeout(() => {
      for (const run of runs) this.#asked.delete(run);
      this.#schedule();
    }, mending);
  }

  async #ask(): Promise<void> {
    const due = this.#wanted
      .filter((run) => run.problem === null && this.#asked.get(run.id) !== stamp(run))
      .slice(0, batch);
    if (due.length === 0) return;
    this.#busy = true;
    for (const run of due) this.#asked.set(run.id, stamp(run));
    try {
      const names = due.map(({ id }) => encodeURIComponent(id)).join(',');
      const { sparklines, failed } = await askJson<SparklinesBody>(`/sparklines?runs=${names}`);
      for (const sparkline of sparklines) this.#curves.set(sparkline.run, sparkline);
      for (const { run, error } of failed) this.#curves.set(run, { failure: error.message });
      if (failed.length > 0) this.#askAgain(failed.map(({ run }) => run));
    } catch {
      // The banner says that the server is away; the next event of the list brings it here again.
      for (const { id } of due) this.#asked.delete(id);
      return;
    } finally {
      this.#busy = false;
    }
    // Runs beyond one request, and those that changed meanwhile.
    this.#schedule();
  }
}

const stamp = ({ created, updated, status }: RunListEntry): string => `${created} ${updated} ${status}`;
