const firstDelay = 500;
const longestDelay = 5000;

/** What an event stream tells the view that listens. */
export interface StreamHandlers<T> {
  /** The connection stands; events follow. */
  readonly open: () => void;
  /** `place` is that of the newest event that had one. */
  readonly event: (data: T, place: string) => void;
  /** The connection broke or could not be made; it is tried again. `reason` is what the server said, if it did. */
  readonly lost: (reason: string | null) => void;
}

/**
 * Listens to server-sent events and comes back after every loss, from the last event that was seen. (A browser's own
 * reconnection gives up for good after a reply that is an error, such as a proxy's while the server restarts.)
 */
export class EventStream<T> {
  readonly #address: string;
  readonly #handlers: StreamHandlers<T>;
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = firstDelay;
  #seen: string;

  /** @param after the place to begin at; default: the beginning */
  constructor(address: string, handlers: StreamHandlers<T>, after = '') {
    this.#seen = after;
    this.#address = address;
    this.#handlers = handlers;
    addEventListener('online', this.#now);
    this.#connect();
  }

  close(): void {
    removeEventListener('online', this.#now);
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  readonly #now = (): void => {
    if (this.#source) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #connect(): void {
    const after = this.#seen ? `?after=${encodeURIComponent(this.#seen)}` : '';
    const source = new EventSource(this.#address + after);
    this.#source = source;
    source.onopen = () => {
      this.#delay = firstDelay;
      this.#handlers.open();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      this.#handlers.event(JSON.parse(message.data) as T, message.lastEventId);
      if (message.lastEventId) this.#seen = message.lastEventId;
    };
    source.onerror = () => {
      source.close();
      this.#source = null;
      this.#timer = setTimeout(this.#now, this.#delay);
      this.#delay = Math.min(longestDelay, this.#delay * 1.6);
      void this.#reason().then((reason) => this.#handlers.lost(reason));
    };
  }

  /** What the server answers to the same address when it answers with an error; null when it does not answer, or well. */
  async #reason(): Promise<string | null> {
    const abort = new AbortController();
    try {
      const response = await fetch(this.#address, { signal: abort.signal });
      if (response.ok) return null;
      const body = (await response.json()) as { error?: { message?: string } };
      return body.error?.message ?? null;
    } catch {
      return null;
    } finally {
      abort.abort();
    }
  }
}
