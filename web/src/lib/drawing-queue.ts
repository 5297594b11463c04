/** Milliseconds without a gesture before anything is drawn again. */
const settling = 150;

interface Wish {
  readonly place: Element;
  readonly draw: () => void;
  /** What stands there already shall only follow: that waits for the end of a gesture. */
  readonly isRedrawn: boolean;
}

/**
 * Draws what takes tens of milliseconds when the page has nothing else to do: one thing at a time, what is on the screen before what is
 * further away. So a gesture, or a curve that moves, never waits for pictures.
 */
class DrawingQueue {
  readonly #wishes = new Map<Element, Wish>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the reader did something last, by `performance.now()`. */
  #touched = -Infinity;

  constructor() {
    const touched = (): void => void (this.#touched = performance.now());
    for (const event of ['keydown', 'pointerdown', 'wheel'] as const)
      addEventListener(event, touched, { capture: true, passive: true });
    const dragged = ({ buttons }: PointerEvent): void => void (buttons > 0 && touched());
    addEventListener('pointermove', dragged, { capture: true, passive: true });
  }

  /** Draws later; a later wish for the same place takes the place of this one. Returns what takes the wish back. */
  add(place: Element, draw: () => void, { isRedrawn = false } = {}): () => void {
    const wish: Wish = { place, draw, isRedrawn };
    this.#wishes.set(place, wish);
    this.#plan();
    return () => {
      if (this.#wishes.get(place) === wish) this.#wishes.delete(place);
    };
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const wishes = [...this.#wishes.values()];
    if (wishes.length === 0) return;
    const wait = wishes.every(({ isRedrawn }) => isRedrawn) ? this.#touched + settling - performance.now() : 0;
    this.#timer = setTimeout(() => whenIdle(() => this.#drawOne()), Math.max(0, wait));
  }

  #drawOne(): void {
    const isStill = performance.now() >= this.#touched + settling;
    const due = [...this.#wishes.values()].filter(({ isRedrawn }) => isStill || !isRedrawn);
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
