import { SvelteMap } from 'svelte/reactivity';
import { decodeValues, type RunDetail, type RunFile, type SeriesName } from '../../../src/contract/index.ts';
import type { FigureRecords, FigureSource } from '../../../src/figures/index.ts';
import { ApiError, ask, askJson } from './api.ts';
import { runAddress } from './routes.ts';
import { grown, noRecords } from './series-cache.ts';
import type { HeldRecords } from './series-cache.ts';

/** Least time between two looks at a run that goes on, milliseconds. */
const pause = 1000;

/**
 * What figures of a run are drawn from: the series that somebody wants, and what else lies in its folder. It is asked for again when the
 * run has gone on, once a second at most; of a series that grew only what is new.
 */
export class RunSource implements FigureSource {
  /** The run and what it has recorded; null before the first answer. */
  detail = $state.raw<RunDetail | null>(null);
  /** Why the last question had no answer; null when it had one. */
  problem = $state<string | null>(null);
  readonly #address: string;
  readonly #held = new SvelteMap<SeriesName, HeldRecords>();
  readonly #wanted = new Set<SeriesName>();
  readonly #abort = new AbortController();
  readonly #recorded = $derived(new Map(this.detail?.series.map((series) => [series.name, series])));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #isStale = false;
  #asked = -Infinity;

  constructor(id: string) {
    this.#address = runAddress(id);
    this.refresh();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  file(): RunFile {
    if (!this.detail) throw new ApiError('NO_DATA', 0, 'the run has not been read yet');
    return this.detail.run;
  }

  records(series: SeriesName): FigureRecords {
    return this.#held.get(series) ?? noRecords;
  }

  /** Whether the run has recorded a series. */
  has(series: SeriesName): boolean {
    return this.#recorded.has(series);
  }

  /** Whether all of these series that the run has recorded are here. */
  isReady(series: readonly SeriesName[]): boolean {
    return this.detail !== null && series.every((name) => !this.has(name) || this.#held.has(name));
  }

  /** Asks for series, and for what comes of them. */
  want(series: readonly SeriesName[]): void {
    const isNew = series.some((name) => !this.#wanted.has(name));
    for (const name of series) this.#wanted.add(name);
    if (!isNew) return;
    this.#asked = -Infinity;
    this.refresh();
  }

  /** The run has gone on, or something new lies in its folder. */
  refresh(): void {
    this.#isStale = true;
    if (this.#isAsking || this.#abort.signal.aborted) return;
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#asked + pause - performance.now());
    this.#timer = setTimeout(() => void this.#ask(), wait);
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    this.#isStale = false;
    this.#asked = performance.now();
    try {
      const detail = await askJson<RunDetail>(this.#address, { signal: this.#abort.signal });
      this.detail = detail;
      const recorded = detail.series.filter(({ name }) => this.#wanted.has(name));
      await Promise.all(recorded.map((series) => this.#update(series)));
      for (const name of this.#held.keys()) if (!this.has(name)) this.#held.delete(name);
      this.problem = null;
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.problem = (error as Error).message;
    } finally {
      this.#isAsking = false;
    }
    if (this.#isStale) this.refresh();
  }

  async #update({ name, count, lastIteration }: RunDetail['series'][number]): Promise<void> {
    const held = this.#held.get(name);
    if (held && held.length === count && held.iteration.at(-1) === lastIteration) return;
    const next = await this.#after(held ?? noRecords, name);
    // Fewer than there are: another run has taken the name, and what is held is not of its history.
    this.#held.set(name, next.length < count && held ? await this.#after(noRecords, name) : next);
  }

  /** What is held of a series, with what came since. */
  async #after(held: HeldRecords, series: SeriesName): Promise<HeldRecords> {
    const address = `${this.#address}/values/${series}?after=${held.newest}`;
    const response = await ask(address, { signal: this.#abort.signal });
    return grown(held, decodeValues(await response.arrayBuffer()));
  }
}
