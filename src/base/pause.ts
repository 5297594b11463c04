/** Lets whoever steers a piece of work hold it for a while, at a point where the work asks. */
export class Pause {
  #released: Promise<void> | null = null;
  #release: () => void = () => undefined;

  /** Whether the work shall wait. */
  get isRequested(): boolean {
    return this.#released !== null;
  }

  /** Asks the work to wait. A second time does nothing. */
  request(): void {
    this.#released ??= new Promise((resolve) => (this.#release = resolve));
  }

  /** Lets it go on, also where it had not begun to wait. */
  release(): void {
    this.#release();
    this.#released = null;
  }

  /** Resolves when it may go on: at once where nobody asked it to wait. */
  async released(): Promise<void> {
    await this.#released;
  }
}
