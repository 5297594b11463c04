import type { CurveAxis } from '../../../../src/contract/index.ts';
import type { CompareAddress, CurveChoice } from './address.ts';
import { curveName } from './address.ts';
import { fetchPanel } from './fetch-panel.ts';
import { noPanelData } from './panel-data.ts';
import type { PanelData } from './panel-data.ts';

/** What the panels of a comparison need from the server. */
export interface PanelRequest {
  readonly curves: readonly CurveChoice[];
  readonly address: Pick<CompareAddress, 'x' | 'xScale' | 'yScale' | 'window' | 'band'>;
  readonly pixels: number;
  /** Runs whose own curves are drawn. */
  readonly runs: readonly string[];
  /** Groups whose means are drawn. */
  readonly groups: readonly { readonly label: string; readonly runs: readonly string[] }[];
}

/** A zoom by the wheel is many small ones: the server is asked when it rests, ms. */
const settling = 60;
/** Runs that train are asked for at most this often, ms. */
const liveInterval = 500;
/** And not more often than this many times as long as an answer takes, so that a server with much to do is not pressed. */
const restAfterAnswer = 2;

/**
 * The windows that the panels draw. A new request takes the place of the one before; until it is answered the panels draw what
 * they have. One request is on its way at a time for each panel, however many runs there are.
 */
export class PanelSource {
  data = $state.raw<ReadonlyMap<string, PanelData>>(new Map());
  problem = $state<string | null>(null);
  loading = $state(false);
  /** Grows with every answer. */
  revision = $state(0);
  #wanted: PanelRequest | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLive = false;
  /** Whether runs have changed since the request that is on its way. */
  #isBehind = false;
  #lastTook = 0;
  /** Over which the data are. */
  #axis: CurveAxis | null = null;

  /** Asks for what is to be drawn now. While `isLive` it is asked for again and again. */
  want(request: PanelRequest, isLive: boolean): void {
    const isNew = JSON.stringify(request) !== JSON.stringify(this.#wanted);
    this.#isLive = isLive;
    if (isNew) {
      this.#wanted = request;
      this.#abort?.abort();
      this.#abort = null;
      this.#schedule(settling);
    } else if (isLive && !this.#abort) this.#schedule(this.#liveDelay());
  }

  /** Asks again, for runs have changed; at most twice a second. */
  refresh(): void {
    if (this.#abort) this.#isBehind = true;
    else if (this.#wanted) this.#schedule(this.#liveDelay());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#wanted = null;
  }

  #liveDelay(): number {
    return Math.max(liveInterval, restAfterAnswer * this.#lastTook);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), delay);
  }

  async #ask(): Promise<void> {
    const request = this.#wanted;
    if (!request) return;
    // Nobody sees it: the next look will do.
    if (document.hidden && this.revision > 0 && this.#isLive) return this.#schedule(this.#liveDelay());
    this.#isBehind = false;
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    const began = performance.now();
    try {
      const answers = await Promise.all(
        request.curves.map(
          async (curve) => [curveName(curve), await fetchPanel(curve, request, abort.signal)] as const,
        ),
      );
      if (abort.signal.aborted) return;
      // What was loaded over another axis has other places.
      const before = this.#axis === request.address.x ? this.data : new Map<string, PanelData>();
      this.#axis = request.address.x;
      this.data = new Map(
        answers.map(([name, answer]) => [name, keepingGone(before.get(name) ?? noPanelData, answer)]),
      );
      this.problem = null;
      this.revision++;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.problem = (error as Error).message;
    }
    this.#abort = null;
    this.loading = false;
    this.#lastTook = performance.now() - began;
    if (this.#isLive || this.#isBehind || this.problem !== null) this.#schedule(this.#liveDelay());
  }
}

/** An answer with the curves, loaded before, of runs that cannot be read any more: they may have been deleted. */
const keepingGone = (before: PanelData, answer: PanelData): PanelData => ({
  ...answer,
  windows: new Map([...before.windows, ...answer.windows]),
});
