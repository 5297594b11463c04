import type { RunPlan, Specification } from '../../../../src/contract/index.ts';
import { ApiError, askJson } from '../api.ts';

const patience = 900;

/** What the server says a specification will cost: asked for when nothing was typed for a while, dropped at the next change. */
export class Estimate {
  plan = $state.raw<RunPlan | null>(null);
  problem = $state<string | null>(null);
  isPending = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | null = null;

  /** Forgets what was asked, and asks anew for a specification that is one. */
  of(specification: Specification | null): void {
    this.cancel();
    this.plan = null;
    this.problem = null;
    if (!specification) return;
    this.isPending = true;
    this.#timer = setTimeout(() => void this.#ask(specification), patience);
  }

  /** Nobody waits any more: the server ends its work too. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = null;
    this.isPending = false;
  }

  async #ask(specification: Specification): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const options = { method: 'POST', body: { specification }, signal: asked.signal } as const;
      const plan = await askJson<RunPlan>('/plan/estimate', options);
      if (this.#asked === asked) this.plan = plan;
    } catch (error) {
      if (this.#asked === asked) this.problem = error instanceof ApiError ? error.message : String(error);
    } finally {
      if (this.#asked === asked) this.isPending = false;
    }
  }
}
