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

/** Follows plans of papers for everyone who listens: how far the study is, and a ledger whenever a trial of it has changed. */
export class StudyFeed {
  readonly #desk: StudyDesk;
  readonly #papers: readonly Paper[];
  readonly #query: StudyQuery;
  readonly #listeners = new Map<EventStream, { study: string }>();
  readonly #forget: () => void;
  readonly #onIdle: () => void;
  /** What was told of each paper, and the state of its files then. */
  readonly #told = new Map<Paper, { state: string | null; event: StudyEvent }>();
  #looking: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;

  constructor(desk: StudyDesk, papers: readonly Paper[], query: StudyQuery, onIdle: () => void) {
    this.#desk = desk;
    this.#papers = papers;
    this.#query = query;
    this.#onIdle = onIdle;
    this.#forget = desk.runner.onChange(() => this.#tellSoon());
    this.#lookIn(0);
  }

  subscribe(stream: EventStream): void {
    this.#listeners.set(stream, { study: '' });
    for (const { event } of this.#told.values()) stream.send(event);
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
    for (const paper of this.#papers) {
      const known = this.#told.get(paper);
      const told = await this.#judge(paper, known?.state ?? null);
      if (this.#listeners.size === 0) return;
      if (!told) continue;
      this.#told.set(paper, told);
      const isOldProblem = told.event.type === 'problem' && JSON.stringify(told) === JSON.stringify(known);
      if (isOldProblem) continue;
      for (const stream of this.#listeners.keys()) stream.send(told.event);
    }
    this.#lookIn(Math.max(lookInterval, restPerLook * (performance.now() - began)));
  }

  /** The new ledger, why there is none, or null when nothing has changed. */
  async #judge(paper: Paper, seen: string | null): Promise<{ state: string | null; event: StudyEvent } | null> {
    try {
      const { state, ledger } = await this.#desk.judge(paper, this.#query, seen);
      return ledger && { state, event: { type: 'ledger', ledger } };
    } catch (error) {
      return { state: null, event: { type: 'problem', paper: paper.letter, message: messageOf(error) } };
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
