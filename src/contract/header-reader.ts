import { ThalwegError } from '../base/index.ts';

/**
 * The text of a binary answer, read key by key. It is no schema: what the page loads first would be larger by half with a parser of
 * those. Every reading throws `ANSWER_INVALID` with the path of what is not as expected.
 */
export class HeaderReader {
  readonly #subject: string;
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @param subject of errors, as `curve window` */
  constructor(subject: string, value: unknown, path = '') {
    this.#subject = subject;
    this.#path = path;
    if (typeof value !== 'object' || value === null) throw this.#invalid('', 'an object', value);
    this.#value = value as Readonly<Record<string, unknown>>;
  }

  /** A number, also one that JSON lacks (see `encodeNumber`). */
  number(key: string): number {
    const value = this.#value[key];
    if (typeof value === 'number') return value;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    throw this.#invalid(key, 'a number', value);
  }

  /** A whole number that is not negative. */
  count(key: string): number {
    const value = this.number(key);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#invalid(key, 'a count', value);
  }

  text(key: string): string {
    const value = this.#value[key];
    if (typeof value === 'string') return value;
    throw this.#invalid(key, 'a text', value);
  }

  part(key: string): HeaderReader {
    return new HeaderReader(this.#subject, this.#value[key], this.#pathTo(key));
  }

  parts(key: string): HeaderReader[] {
    const value = this.#value[key];
    if (!Array.isArray(value)) throw this.#invalid(key, 'a list', value);
    return value.map((part, index) => new HeaderReader(this.#subject, part, `${this.#pathTo(key)}.${index}`));
  }

  #pathTo(key: string): string {
    return [this.#path, key].filter((part) => part !== '').join('.');
  }

  #invalid(key: string, expected: string, got: unknown): ThalwegError {
    const path = this.#pathTo(key) || 'header';
    const text = JSON.stringify(got) ?? 'nothing';
    return new ThalwegError('ANSWER_INVALID', `${this.#subject}: ${path}: expected ${expected}, got ${text}`);
  }
}
