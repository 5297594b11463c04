import type { RunListEvent } from '../../contract/index.ts';
import { listRuns } from '../../store/index.ts';
import type { EventStream } from './event-stream.ts';

const interval = 1000;

/** Follows the list of runs: one look at the folder a second while somebody listens; sent whenever it changed. */
export class ListFeed {
  readonly #runsDirectory: string;
  readonly #listeners = new Map<EventStream, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(runsDirectory: string) {
    this.#runsDirectory = runsDirectory;
  }

  subscribe(stream: EventStream): void {
    this.#listeners.set(stream, '');
    this.#look();
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

  #look(): void {
    clearTimeout(this.#timer);
    try {
      const event: RunListEvent = { type: 'runs', runs: listRuns(this.#runsDirectory) };
      const text = JSON.stringify(event);
      for (const [stream, sent] of this.#listeners) {
        if (text === sent || stream.isFull) continue;
        stream.send(event);
        this.#listeners.set(stream, text);
      }
      this.#timer = setTimeout(() => this.#look(), interval);
    } catch {
      // The folder cannot be read any more: whoever asks again gets the reason.
      this.close();
    }
  }
}
