/** The wall time of a run over all its sessions; pauses count nothing. It decides no number that is measured. */
export class WallClock {
  readonly #before: number;
  readonly #began = performance.now();
  #passed = 0;

  /** @param before seconds of earlier sessions */
  constructor(before: number) {
    this.#before = before;
  }

  get seconds(): number {
    return this.#before + (performance.now() - this.#began) / 1000 - this.#passed;
  }

  /** Leaves out seconds that have passed. */
  pass(seconds: number): void {
    this.#passed += seconds;
  }
}
