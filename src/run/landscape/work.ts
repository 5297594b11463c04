import { ThalwegError } from '../../base/index.ts';
import type { LossMap, MapOptions } from '../../landscape/index.ts';
import { requireComputed, type ComputedMap } from './computed.ts';
import { Journal, type Identity } from './journal.ts';
import type { LandscapeHooks, LandscapeRequest } from './request.ts';
import type { GoingOn } from './survey.ts';

/** One landscape that is being measured: where it stands, what is kept of it, and the signal that ends it. */
export class Work implements GoingOn {
  readonly #what: LandscapeRequest['what'];
  readonly #hooks: LandscapeHooks;
  readonly #journal: Journal;
  readonly #from: LossMap | undefined;
  readonly #total: number;
  #points = 0;

  /** @param total points of the landscape. Throws what {@link Journal} throws, and `USAGE` for what was computed of another one. */
  constructor(
    { what, state = null }: { what: LandscapeRequest['what']; state?: string | null },
    identity: Identity,
    total: number,
    hooks: LandscapeHooks,
    computed: ComputedMap | null,
  ) {
    this.#what = what;
    this.#hooks = hooks;
    this.#journal = new Journal(state, identity);
    this.#from = computed ? requireComputed(computed, identity) : this.#journal.kept;
    this.#total = total;
    this.reached(this.#from?.completed ?? 0);
  }

  /** For the map of the landscape: it goes on with what was kept, and is kept in turn. */
  get map(): MapOptions {
    return {
      from: this.#from,
      onProgress: (map) => this.#grown(map),
    };
  }

  /** Notes how many points are computed. Throws `INTERRUPTED` where the work was told to end. */
  reached(points: number): void {
    this.#report(points);
    this.requireGoingOn();
  }

  /** Throws `INTERRUPTED` where the work was told to end. */
  requireGoingOn(): void {
    if (!this.#hooks.signal?.aborted) return;
    const kept = this.#journal.keeps ? 'the same command goes on from there' : 'nothing is kept of it';
    throw new ThalwegError('INTERRUPTED', `landscape: stopped after ${this.#points} of ${this.#total} points; ${kept}`);
  }

  #report(points: number): void {
    this.#points = points;
    this.#hooks.onProgress?.({ what: this.#what, points, of: this.#total });
  }

  #grown(map: LossMap): void {
    this.#report(map.completed);
    const isLast = map.completed === map.loss.length || (this.#hooks.signal?.aborted ?? false);
    this.#journal.record(map, isLast);
    this.requireGoingOn();
  }
}
