import { ApiError, askJson } from './api.ts';

const patience = 900;

/** What the server says something will cost: asked for when nothing was changed for a while, dropped at the next change. */
export class Estimate<Answer> {
  answer = $state.raw<Answer | null>(null);
  problem = $state<string | null>(null);
  isPending = $state(false);
  readonly #path: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | null = null;

  /** @param path below /api, where it is asked for */
  constructor(path: string) {
    this.#path = path;
  }

  /** Forgets what was asked, and asks anew; null: there is nothing to ask. */
  of(body: object | null): void {
    this.cancel();
    this.answer = null;
    this.problem = null;
    if (!body) return;
    this.isPending = true;
    this.#timer = setTimeout(() => void this.#ask(body), patience);
  }

  /** Nobody waits any more: the server ends its work too. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = null;
    this.isPending = false;
  }

  async #ask(body: object): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const answer = await askJson<Answer>(this.#path, { method: 'POST', body, signal: asked.signal });
      if (this.#asked === asked) this.answer = answer;
    } catch (error) {
      if (this.#asked === asked) this.problem = error instanceof ApiError ? error.message : String(error);
    } finally {
      if (this.#asked === asked) this.isPending = false;
    }
  }
}
