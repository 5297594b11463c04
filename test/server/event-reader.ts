import { onTestFinished } from 'vitest';

/** An event as it came: its data, and the place it names. */
export interface ReceivedEvent<T> {
  readonly id: number | null;
  readonly data: T;
}

/** Reads server-sent events one by one. */
export class EventReader<T> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #abort: AbortController;
  readonly #decoder = new TextDecoder();
  #text = '';

  private constructor(body: ReadableStream<Uint8Array>, abort: AbortController) {
    this.#reader = body.getReader();
    this.#abort = abort;
  }

  static async open<T>(address: string, headers: Record<string, string> = {}): Promise<EventReader<T>> {
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const response = await fetch(address, { headers, signal: abort.signal });
    if (!response.ok || !response.body) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    return new EventReader<T>(response.body as ReadableStream<Uint8Array>, abort);
  }

  /** The next event, or null at the end of the stream. Comments are skipped. */
  async next(): Promise<ReceivedEvent<T> | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const data = /^data: (.*)$/m.exec(block)?.[1];
        const id = /^id: (\d+)$/m.exec(block)?.[1];
        if (data !== undefined) return { id: id === undefined ? null : Number(id), data: JSON.parse(data) as T };
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) return null;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** The next event that `accept` takes; others are passed over. */
  async until(accept: (data: T) => boolean): Promise<ReceivedEvent<T>> {
    for (;;) {
      const event = await this.next();
      if (!event) throw new Error('the stream ended before the expected event');
      if (accept(event.data)) return event;
    }
  }

  close(): void {
    this.#abort.abort();
  }
}
