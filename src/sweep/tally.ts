import type { MakingMessage } from './make.ts';

/** The part of something that was made: where it stood when it was first heard of, and where it stands. */
interface Part {
  first: number;
  share: number;
}

/** How far a plan is: what is done, what runs, and the time that the rest will take if it goes on like this. */
export class Tally {
  total = 0;
  done = 0;
  readonly failures: { readonly id: string; readonly message: string }[] = [];
  readonly #clock: () => number;
  readonly #running = new Map<string, Part>();
  /** What stands where it was asked to stop for now. */
  readonly #standing = new Map<string, Part>();
  #began = 0;
  /** What was made by what is done, in wholes. */
  #made = 0;

  /** `clock`: milliseconds that only grow. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  take(message: MakingMessage): void {
    switch (message.type) {
      case 'planned':
        [this.total, this.done] = [message.total, message.finished];
        this.#began = this.#clock();
        return;
      case 'note':
        return;
      case 'started':
        // What goes on with something has made nothing until it says where it stands.
        this.#running.set(message.id, this.#standing.get(message.id) ?? { first: message.again ? NaN : 0, share: 0 });
        this.#standing.delete(message.id);
        return;
      case 'progress':
        return this.#move(message.id, message.share);
      case 'standing':
        return this.#stand(message.id);
      case 'dropped':
        this.#standing.delete(message.id);
        this.done++;
        return;
      case 'failed':
        this.failures.push({ id: message.id, message: message.message });
        return this.#end(message.id);
      case 'finished':
        return this.#end(message.id);
    }
  }

  /** What runs, with the share that is done of each. */
  get running(): { id: string; share: number }[] {
    return [...this.#running].map(([id, { share }]) => ({ id, share }));
  }

  /**
   * Seconds until all are done; null before anything was made. What a run had done before it went on does not count as made. Runs that
   * a halving may end count to their end.
   */
  get secondsLeft(): number | null {
    const parts = [...this.#running.values(), ...this.#standing.values()].filter(({ first }) => !Number.isNaN(first));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const made = this.#made + sum(parts.map(({ first, share }) => share - first));
    if (!(made > 0)) return null;
    const left = this.total - this.done - sum(parts.map(({ share }) => share));
    return ((this.#clock() - this.#began) / 1000) * (left / made);
  }

  #move(id: string, share: number): void {
    const known = this.#running.get(id);
    if (!known) return;
    if (Number.isNaN(known.first)) known.first = share;
    known.share = share;
  }

  #stand(id: string): void {
    const known = this.#running.get(id);
    this.#running.delete(id);
    if (known) this.#standing.set(id, known);
  }

  #end(id: string): void {
    const first = this.#running.get(id)?.first ?? NaN;
    this.#running.delete(id);
    this.#made += Number.isNaN(first) ? 1 : 1 - first;
    this.done++;
  }
}
