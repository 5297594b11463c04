import type { LogLine, RunEvent } from '../../contract/index.ts';
import { encodeColumns } from '../../store/index.ts';
import type { RunChanges, RunReader } from '../../store/index.ts';
import type { EventStream } from './event-stream.ts';

const interval = 250;
/** Records of one page: what a listener that comes late gets at a time. */
const pageSize = 5000;
const firstLogLines = 500;

interface Listener {
  readonly stream: EventStream;
  /** What it has: everything up to this place in the run's history. */
  seq: number;
  /** Bytes of the log it has; null before the first line. */
  logOffset: number | null;
  /** The run file it was sent last. */
  run: string;
}

/**
 * Follows one run for everyone who listens to it: a single look at the store every 250 ms, as long as there is a
 * listener. Each listener goes on from its own place, so that one who comes back gets what it missed, once.
 */
export class RunFeed {
  readonly #reader: RunReader;
  readonly #listeners = new Set<Listener>();
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(reader: RunReader, onIdle: () => void) {
    this.#reader = reader;
    this.#onIdle = onIdle;
  }

  /** Sends the run, the end of its log and everything after `after`, then what happens, until {@link unsubscribe}. */
  subscribe(stream: EventStream, after: number | 'newest'): void {
    const seq = after === 'newest' ? this.#reader.newestSeq() : after;
    this.#listeners.add({ stream, seq, logOffset: null, run: '' });
    this.#schedule(0);
  }

  unsubscribe(stream: EventStream): void {
    for (const listener of this.#listeners) if (listener.stream === stream) this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.close();
  }

  /** Ends all streams. Listeners come back by themselves when there is something to come back to. */
  close(): void {
    clearTimeout(this.#timer);
    const streams = [...this.#listeners].map((listener) => listener.stream);
    this.#listeners.clear();
    for (const stream of streams) stream.end();
    this.#reader.close();
    this.#onIdle();
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), delay);
  }

  #look(): void {
    try {
      const pages = new Map<number, RunChanges>();
      let behind = false;
      for (const listener of this.#listeners) {
        if (listener.stream.isFull) continue;
        this.#sendRun(listener);
        this.#sendLog(listener);
        behind = this.#sendChanges(listener, pages) || behind;
      }
      this.#schedule(behind ? 0 : interval);
    } catch {
      // The run is gone or damaged: whoever asks again gets the reason.
      this.close();
    }
  }

  #sendRun(listener: Listener): void {
    const run = this.#reader.file();
    const text = JSON.stringify(run);
    if (text === listener.run) return;
    listener.run = text;
    // With its place, which a listener that wanted nothing of the past does not know yet.
    listener.stream.send({ type: 'run', run } satisfies RunEvent, listener.seq);
  }

  #sendLog(listener: Listener): void {
    const isFirst = listener.logOffset === null;
    const { lines, offset } = this.#reader.logLines(listener.logOffset ?? 0);
    listener.logOffset = offset;
    // The first one is sent even when it is empty: it tells the listener that its log begins anew.
    if (isFirst || lines.length > 0) listener.stream.send(logEvent(isFirst ? lines.slice(-firstLogLines) : lines));
  }

  /** Sends the next page; listeners at the same place share one reading. True when there may be more. */
  #sendChanges(listener: Listener, pages: Map<number, RunChanges>): boolean {
    if (listener.seq > this.#reader.newestSeq()) {
      // The folder was replaced by another run of that name: what the listener has is not of this history.
      listener.stream.send({ type: 'rewind', iteration: 0 } satisfies RunEvent, 0);
      listener.seq = 0;
    }
    const page = pages.get(listener.seq) ?? this.#reader.changesAfter(listener.seq, pageSize);
    pages.set(listener.seq, page);
    if (page.newest === listener.seq) return false;
    const events: RunEvent[] = page.rewinds.map(({ iteration }) => ({ type: 'rewind', iteration }));
    let count = 0;
    for (const [series, columns] of page.records) {
      events.push({ type: 'records', series, columns: encodeColumns(columns) });
      count += columns.length;
    }
    // Only the last event carries the place: a listener that is cut off before it gets the whole page again.
    events.forEach((event, index) =>
      listener.stream.send(event, index === events.length - 1 ? page.newest : undefined),
    );
    listener.seq = page.newest;
    return count >= pageSize;
  }
}

const logEvent = (lines: readonly LogLine[]): RunEvent => ({
  type: 'log',
  lines: lines.map(({ time, level, msg }) => ({ time, level, message: msg })),
});
