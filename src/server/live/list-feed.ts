import type { RunListEvent } from '../../contract/index.ts';
import type { RunIndex } from '../../store/index.ts';
import type { EventStream } from './event-stream.ts';

const interval = 1000;

/** Nothing was sent yet, or not everything could be: the whole list comes next. */
const nothing = -1;

/**
 * Follows the list of runs: one look at the folder a second while somebody listens. Each listener gets the whole list first
 * and then what changed since it was sent something.
 */
export class ListFeed {
  readonly #index: RunIndex;
  /** Which revision of the index each listener has. */
  readonly #listeners = new Map<EventStream, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(index: RunIndex) {
    this.#index = index;
  }

  subscribe(stream: EventStream): void {
    this.#listeners.set(stream, nothing);
    this.look();
  }

  unsubscribe(stream: EventStream): void {
    this.#listeners.delete(stream);
    if (this.#listeners.size === 0) clearTimeout(this.#timer);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const stream of this.#listeners.keys()) stream.end();
    this.#listeners.clear();
  }

  /** Looks at once instead of within the second: what a request changed is seen by everyone when it is answered. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#listeners.size === 0) return;
    try {
      this.#index.look();
      for (const [stream, revision] of this.#listeners) this.#send(stream, revision);
      this.#timer = setTimeout(() => this.look(), interval);
    } catch {
      // The folder cannot be read any more: whoever asks again gets the reason.
      this.close();
    }
  }

  #send(stream: EventStream, revision: number): void {
    if (revision === this.#index.revision || stream.isFull) return;
    const event: RunListEvent =
      revision === nothing
        ? { type: 'runs', runs: this.#index.runs() }
        : { type: 'changed', ...this.#index.changesSince(revision) };
    stream.send(event);
    this.#listeners.set(stream, this.#index.revision);
  }
}
