import type { ReproduceMessage } from './execute.ts';

/** How far a study is: trials that are done, those that run, and the time that the rest will take if it goes on like this. */
export class Tally {
  total = 0;
  done = 0;
  readonly failures: { readonly id: string; readonly message: string }[] = [];
  readonly #clock: () => number;
  readonly #running = new Map<string, { first: number; share: number }>();
  #began = 0;
  #before = 0;

  /** `clock`: milliseconds that only grow. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  take(message: ReproduceMessage): void {
    switch (message.type) {
      case 'planned':
        [this.total, this.done, this.#before] = [message.trials, message.finished, message.finished];
        this.#began = this.#clock();
        return;
      case 'started':
        this.#running.set(message.id, { first: NaN, share: 0 });
        return;
      case 'progress':
        return this.#move(message.id, message.share);
      case 'failed':
        this.failures.push({ id: message.id, message: message.message });
        return this.#end(message.id);
      case 'finished':
        return this.#end(message.id);
    }
  }

  /** Trials that run, with the share that is done of each. */
  get running(): { id: string; share: number }[] {
    return [...this.#running].map(([id, { share }]) => ({ id, share }));
  }

  /** Seconds until all are done; null before anything was made. What a run had done before it went on does not count as made. */
  get secondsLeft(): number | null {
    const running = [...this.#running.values()].filter(({ first }) => !Number.isNaN(first));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const made = this.done - this.#before + sum(running.map(({ first, share }) => share - first));
    if (!(made > 0)) return null;
    const left = this.total - this.done - sum(running.map(({ share }) => share));
    return ((this.#clock() - this.#began) / 1000) * (left / made);
  }

  #move(id: string, share: number): void {
    const known = this.#running.get(id);
    if (!known) return;
    if (Number.isNaN(known.first)) known.first = share;
    known.share = share;
  }

  #end(id: string): void {
    this.#running.delete(id);
    this.done++;
  }
}
