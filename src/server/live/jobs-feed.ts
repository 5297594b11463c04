import type { JobsEvent } from '../../contract/index.ts';
import type { Jobs } from '../jobs.ts';
import type { EventStream } from './event-stream.ts';

const interval = 200;

/** Tells listeners of the jobs of one run, at once and then whenever they change, a few times a second at most. */
export class JobsFeed {
  readonly #jobs: Jobs;
  readonly #listeners = new Map<EventStream, string>();
  readonly #changed = new Set<string>();
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
    this.#end = jobs.listen((run) => this.#mark(run));
  }

  subscribe(stream: EventStream, run: string): void {
    this.#listeners.set(stream, run);
    this.#send(stream, run);
  }

  unsubscribe(stream: EventStream): void {
    this.#listeners.delete(stream);
  }

  close(): void {
    this.#end();
    clearTimeout(this.#timer);
    for (const stream of this.#listeners.keys()) stream.end();
    this.#listeners.clear();
  }

  #mark(run: string): void {
    this.#changed.add(run);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const [stream, listened] of this.#listeners) if (this.#changed.has(listened)) this.#send(stream, listened);
      this.#changed.clear();
    }, interval);
  }

  #send(stream: EventStream, run: string): void {
    stream.send({ jobs: this.#jobs.of(run) } satisfies JobsEvent);
  }
}
