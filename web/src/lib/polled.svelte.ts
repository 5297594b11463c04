import { ApiError, askJson } from './api.ts';
import type { Connection } from './run-list.svelte.ts';

/** What the server says at one address, asked again and again while the page is in sight; what was said last stays. */
export class Polled<T> {
  value = $state.raw<T | null>(null);
  connection = $state<Connection>('connecting');
  /** What the server refused; null where it answered well, or not at all. */
  problem = $state.raw<ApiError | null>(null);
  readonly #path: string;
  readonly #interval: number;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param interval milliseconds from an answer to the next question */
  constructor(path: string, interval: number) {
    this.#path = path;
    this.#interval = interval;
    document.addEventListener('visibilitychange', this.#seen, { signal: this.#abort.signal });
    addEventListener('online', this.#seen, { signal: this.#abort.signal });
    void this.refresh();
  }

  /** Asks now. Never rejects. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const { signal } = this.#abort;
    try {
      this.value = await askJson<T>(this.#path, { signal });
      [this.connection, this.problem] = ['open', null];
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = error instanceof ApiError && error.status > 0;
      [this.connection, this.problem] = isRefused ? ['open', error] : ['lost', null];
    }
    if (signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (document.hidden ? undefined : void this.refresh()), this.#interval);
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  readonly #seen = (): void => {
    if (!document.hidden) void this.refresh();
  };
}
