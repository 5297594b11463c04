import { messageOf } from '../../base/index.ts';
import type { StudyEvent, StudyQuery } from '../../contract/index.ts';
import type { Paper } from '../../studies/index.ts';
import type { EventStream } from '../live/index.ts';
import type { StudyDesk } from './desk.ts';

/** Milliseconds between two looks at the folder, and between two words on how far a study is. */
const lookInterval = 2000;
const tellInterval = 250;
/** A look that takes long is worth a longer pause: it shares the machine with the runs. */
const restPerLook = 10;

/** Follows one plan of a paper for everyone who listens: how far the study is, and the ledger whenever a trial has changed. */
export class StudyFeed {
  readonly #desk: StudyDesk;
  readonly #paper: Paper;
  readonly #query: StudyQuery;
  readonly #listeners = new Map<EventStream, { study: string }>();
  readonly #forget: () => void;
  readonly #onIdle: () => void;
  #state: string | null = null;
  #ledger: StudyEvent | null = null;
  #looking: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;

  constructor(desk: StudyDesk, paper: Paper, query: StudyQuery, onIdle: () => void) {
    this.#desk = desk;
    this.#paper = paper;
    this.#query = query;
    this.#onIdle = onIdle;
    this.#forget = desk.runner.onChange(() => this.#tellSoon());
    this.#lookIn(0);
  }

  subscribe(stream: EventStream): void {
    this.#listeners.set(stream, { study: '' });
    if (this.#ledger) stream.send(this.#ledger);
    this.#tell();
  }

  unsubscribe(stream: EventStream): void {
    this.#listeners.delete(stream);
    if (this.#listeners.size === 0) this.close();
  }

  close(): void {
    clearTimeout(this.#looking);
    clearTimeout(this.#telling);
    this.#forget();
    const streams = [...this.#listeners.keys()];
    this.#listeners.clear();
    for (const stream of streams) stream.end();
    this.#onIdle();
  }

  #lookIn(delay: number): void {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => void this.#look(), delay);
  }

  async #look(): Promise<void> {
    const began = performance.now();
    const event = await this.#judged();
    if (this.#listeners.size === 0) return;
    if (event && JSON.stringify(event) !== JSON.stringify(this.#ledger)) {
      this.#ledger = event;
      for (const stream of this.#listeners.keys()) stream.send(event);
    }
    this.#lookIn(Math.max(lookInterval, restPerLook * (performance.now() - began)));
  }

  /** The new ledger, why there is none, or null when nothing has changed. */
  async #judged(): Promise<StudyEvent | null> {
    try {
      const { state, ledger } = await this.#desk.judge(this.#paper, this.#query, this.#state);
      this.#state = state;
      return ledger && { type: 'ledger', ledger };
    } catch (error) {
      this.#state = null;
      return { type: 'problem', message: messageOf(error) };
    }
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => this.#tell(), tellInterval);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    const event: StudyEvent = { type: 'study', study: this.#desk.runner.state };
    const text = JSON.stringify(event);
    for (const [stream, sent] of this.#listeners) {
      if (text === sent.study || stream.isFull) continue;
      stream.send(event);
      sent.study = text;
    }
  }
}
