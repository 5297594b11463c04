/** Shares are sums of thirds and sevenths. */
const slack = 1e-9;

/** How much of a machine is taken, of a whole of 1. Something that nothing else is in the way of always fits. */
export class Capacity {
  readonly #taken = new Set<{ readonly share: number }>();
  #waiting: (() => void)[] = [];

  /** Takes a share, and returns what gives it back; null where too little is left. */
  tryTake(share: number): (() => void) | null {
    const used = [...this.#taken].reduce((sum, own) => sum + own.share, 0);
    if (this.#taken.size > 0 && used + share > 1 + slack) return null;
    const own = { share };
    this.#taken.add(own);
    return () => this.#release(own);
  }

  /** Calls `heard` once, when something is given back; at once where nothing is taken. */
  onRelease(heard: () => void): void {
    if (this.#taken.size === 0) heard();
    else this.#waiting.push(heard);
  }

  #release(own: { readonly share: number }): void {
    if (!this.#taken.delete(own)) return;
    for (const heard of this.#waiting.splice(0)) heard();
  }
}
