/** Milliseconds without another wish for the same place before it is drawn again: a gesture is over then. */
const settling = 120;

interface Wish {
  readonly place: Element;
  readonly draw: () => void;
  /** Not before this time, by `performance.now()`. */
  readonly after: number;
}

/**
 * Draws what takes tens of milliseconds when the page has nothing else to do: one thing at a time, what is on the screen before what is
 * further away. So a gesture, or a curve that moves, never waits for pictures.
 */
class DrawingQueue {
  readonly #wishes = new Map<Element, Wish>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Draws later; a later wish for the same place takes the place of this one. Returns what takes the wish back. */
  add(place: Element, draw: () => void, { isRedrawn = false } = {}): () => void {
    const wish: Wish = { place, draw, after: performance.now() + (isRedrawn ? settling : 0) };
    this.#wishes.set(place, wish);
    this.#plan();
    return () => {
      if (this.#wishes.get(place) === wish) this.#wishes.delete(place);
    };
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#wishes.size === 0) return;
    const next = Math.min(...[...this.#wishes.values()].map(({ after }) => after));
    this.#timer = setTimeout(() => whenIdle(() => this.#drawOne()), Math.max(0, next - performance.now()));
  }

  #drawOne(): void {
    const now = performance.now();
    const due = [...this.#wishes.values()].filter(({ after }) => after <= now);
    const distances = new Map(due.map((wish) => [wish, distance(wish.place)]));
    const [nearest] = due.sort((a, b) => distances.get(a)! - distances.get(b)!);
    if (nearest) {
      this.#wishes.delete(nearest.place);
      nearest.draw();
    }
    this.#plan();
  }
}

/** Pixels between a place and what is on the screen. */
function distance(place: Element): number {
  const { top, bottom } = place.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom);
}

/** Safari has no idle callbacks: there the next turn of the event loop has to do. */
function whenIdle(act: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(act, { timeout: 500 });
  else setTimeout(act);
}

/** One queue for the page. */
export const drawingQueue = new DrawingQueue();
