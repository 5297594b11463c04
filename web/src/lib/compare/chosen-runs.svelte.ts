import { flattenSpecification } from '../../../../src/contract/index.ts';
import type { FlatSpecification, RunDetail, SeriesName } from '../../../../src/contract/index.ts';
import { askJson } from '../api.ts';
import { RunList } from '../run-list.svelte.ts';
import type { ComparedRun } from './runs.ts';

/** What is known of a run that was asked for. */
interface Known {
  readonly specification: FlatSpecification;
  readonly recorded: readonly SeriesName[];
}

const atOnce = 4;
/** Milliseconds until a run that could not be asked for is asked for again: somebody may mend it, or the server come back. */
const mending = 5000;

/** The runs of a comparison as they stand in the list, live, and what each has recorded. */
export class ChosenRuns {
  readonly list = new RunList();
  #ids = $state.raw<readonly string[]>([]);
  #known = $state.raw<ReadonlyMap<string, Known>>(new Map());
  #problems = $state.raw<ReadonlyMap<string, string>>(new Map());
  readonly #asked = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #answers = new Map<string, Known>();
  readonly #abort = new AbortController();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #busy = 0;

  readonly #entries = $derived(new Map((this.list.runs ?? []).map((entry) => [entry.id, entry])));

  /** The runs that can be drawn, in the order in which they were chosen; one that was deleted stays as it was known. */
  readonly runs: readonly ComparedRun[] = $derived(
    this.#ids.flatMap((id) => {
      if (this.list.runs === null || this.#problems.has(id)) return [];
      const entry = this.#entries.get(id) ?? null;
      const specification = entry?.specification ?? this.#known.get(id)?.specification;
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
      this.#ids.some((id) => !this.#entries.has(id) && !this.#known.has(id) && !this.#problems.has(id)),
  );

  /** Series that some chosen run has recorded. */
  readonly recorded: ReadonlySet<SeriesName> = $derived(
    new Set(this.#ids.flatMap((id) => this.#known.get(id)?.recorded ?? [])),
  );

  /** Every run of the list that can be read, newest first: what can be searched. */
  readonly listed: readonly ComparedRun[] = $derived(
    (this.list.runs ?? []).flatMap((entry) =>
      entry.problem === null ? [{ id: entry.id, entry, specification: entry.specification }] : [],
    ),
  );

  choose(ids: readonly string[]): void {
    this.#ids = ids;
    const unknown = ids.filter((id) => !this.#asked.has(id));
    for (const id of unknown) this.#asked.add(id);
    this.#waiting.push(...unknown);
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
      void this.#ask(this.#waiting.shift()!);
    }
  }

  async #ask(id: string): Promise<void> {
    try {
      const path = `/runs/${encodeURIComponent(id)}`;
      const { run, series } = await askJson<RunDetail>(path, { signal: this.#abort.signal });
      this.#answers.set(id, {
        specification: flattenSpecification(run.specification),
        recorded: series.map(({ name }) => name),
      });
      if (this.#problems.has(id)) this.#problems = new Map([...this.#problems].filter(([other]) => other !== id));
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#problems = new Map([...this.#problems, [id, (error as Error).message]]);
      this.#askLater(id);
    } finally {
      this.#busy--;
    }
    if (this.#waiting.length === 0 && this.#busy === 0) this.#tell();
    this.#next();
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

  /** The view hears of all answers at once: with each few more it would ask for all curves anew. */
  #tell(): void {
    this.#known = new Map([...this.#known, ...this.#answers]);
    this.#answers.clear();
  }
}
