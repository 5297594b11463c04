/** Seconds that a piece of work takes, found by doing it. */
export class Stopwatch {
  #spent = 0;

  /** Wall time of everything timed so far. */
  get spent(): number {
    return this.#spent;
  }

  /** Seconds of one piece of work. */
  async once(work: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1000;
    this.#spent += seconds;
    return seconds;
  }

  /**
   * Mean seconds of work that is done `most` times at most, fewer once that took half a second. The first time warms up
   * and does not count, unless it is the only one or so long that a second one would tell little more.
   */
  async mean(most: number, work: () => Promise<unknown>): Promise<number> {
    const first = await this.once(work);
    if (most < 2 || first > long) return first;
    let [count, total] = [0, 0];
    while (count < most - 1 && total < enough) {
      total += await this.once(work);
      count++;
    }
    return total / count;
  }
}

const enough = 0.5;
const long = 2;
