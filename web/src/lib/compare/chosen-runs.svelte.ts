import type { ComparedSeries, FlatSpecification, SeriesName } from '../../../../src/contract/index.ts';
import { askJson } from '../api.ts';
import { RunList } from '../run-list.svelte.ts';
import type { ComparedRun } from './runs.ts';

/** Runs that are not in the list are asked for so many at a time. */
const atOnce = 4;
/** Milliseconds until a run that could not be asked for is asked for again: somebody may mend it, or the server come back. */
const mending = 5000;

/** The runs of a comparison as they stand in the list, live, and what each has recorded. */
export class ChosenRuns {
  readonly list = new RunList();
  #ids = $state.raw<readonly string[]>([]);
  #problems = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** Series that some run has recorded which is or was chosen. */
  recorded = $state.raw<ReadonlySet<SeriesName>>(new Set());
  /** What the list said of the chosen runs, for when one is gone from it. */
  readonly #seen = new Map<string, FlatSpecification>();
  /** Runs whose series were asked for, and ones that are not in the list and were asked for. */
  readonly #known = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #abort = new AbortController();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #busy = 0;

  readonly #entries = $derived(new Map((this.list.runs ?? []).map((entry) => [entry.id, entry])));

  /** The runs that can be drawn, in the order in which they were chosen; one that was deleted stays as it was known. */
  readonly runs: readonly ComparedRun[] = $derived(
    this.#ids.flatMap((id) => {
      if (this.list.runs === null || this.#problems.has(id)) return [];
      const entry = this.#entries.get(id) ?? null;
      const specification = entry?.specification ?? this.#seen.get(id);
      return specification ? [{ id, entry, specification }] : [];
    }),
  );

  /** Why there is nothing of a chosen run, by its name. */
  readonly problems: ReadonlyMap<string, string> = $derived(
    new Map([...this.#problems].filter(([id]) => this.#ids.includes(id))),
  );

  /** Whether some chosen run has not been answered for yet. */
  readonly isLoading: boolean = $derived(
    this.list.runs === null ||
      this.#ids.some((id) => !this.#entries.has(id) && !this.#seen.has(id) && !this.#problems.has(id)),
  );

  /** Every run of the list that can be read, newest first: what can be searched. */
  readonly listed: readonly ComparedRun[] = $derived(
    (this.list.runs ?? []).flatMap((entry) =>
      entry.problem === null ? [{ id: entry.id, entry, specification: entry.specification }] : [],
    ),
  );

  /** To be called again when the list has changed. */
  choose(ids: readonly string[]): void {
    this.#ids = ids;
    const news = ids.filter((id) => !this.#known.has(id));
    if (news.length > 0) void this.#askSeries(news);
    if (this.list.runs === null) return;
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry) this.#seen.set(id, entry.specification);
      else if (!this.#seen.has(id) && !this.#asked.has(id)) {
        this.#asked.add(id);
        this.#waiting.push(id);
      }
    }
    this.#next();
  }

  close(): void {
    this.list.close();
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #next(): void {
    while (this.#busy < atOnce && this.#waiting.length > 0) {
      this.#busy++;
      void this.#askWhy(this.#waiting.shift()!);
    }
  }

  /** Asks for a run that is not in the list, or could not be read, for the reason that the server gives. */
  async #askWhy(id: string): Promise<void> {
    try {
      await askJson(`/runs/${encodeURIComponent(id)}`, { signal: this.#abort.signal });
      // It can be read: the list has it, or will have it within a second.
      this.#asked.delete(id);
      if (this.#problems.has(id)) {
        this.#problems = new Map([...this.#problems].filter(([other]) => other !== id));
        void this.#askSeries([id]);
      }
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#problems = new Map([...this.#problems, [id, (error as Error).message]]);
      this.#askLater(id);
    } finally {
      this.#busy--;
    }
    this.#next();
  }

  async #askSeries(runs: readonly string[]): Promise<void> {
    for (const id of runs) this.#known.add(id);
    try {
      const options = { method: 'POST', body: { runs }, signal: this.#abort.signal } as const;
      const { series, problems } = await askJson<ComparedSeries>('/compare/series', options);
      this.recorded = new Set([...this.recorded, ...series]);
      if (problems.length === 0) return;
      this.#problems = new Map([...this.#problems, ...problems.map(({ run, message }) => [run, message] as const)]);
      for (const { run } of problems) {
        if (this.#asked.has(run)) continue;
        this.#asked.add(run);
        this.#askLater(run);
      }
    } catch {
      // That the server is away is said above the view; the next choice asks again.
      for (const id of runs) this.#known.delete(id);
    }
  }

  #askLater(id: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#ids.includes(id)) return void this.#asked.delete(id);
      this.#waiting.push(id);
      this.#next();
    }, mending);
    this.#timers.add(timer);
  }
}
