/** One piece of work after the other: the builds for browsers hold one stack, which two calls at a time would mix up. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins once everything before is done, whether or not it succeeded. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
