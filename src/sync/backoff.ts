import { randomStream, type RandomStream } from '../base/index.ts';

const shortest = 200;
const longest = 15_000;

/**
 * How long to wait before the next attempt, milliseconds: twice as long each time from 0.2 to 15 s, and of that a random
 * share between a half and all, so that workers who lost the same hub do not come back at the same moment.
 */
export class Backoff {
  readonly #stream: RandomStream;
  #failures = 0;

  constructor(seed: number, ...path: readonly (string | number)[]) {
    this.#stream = randomStream(seed, 'backoff', ...path);
  }

  /** The wait after one more failure. */
  next(): number {
    const limit = Math.min(longest, shortest * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return limit * (0.5 + 0.5 * this.#stream.uniform());
  }

  /** Notes a success. */
  reset(): void {
    this.#failures = 0;
  }
}
