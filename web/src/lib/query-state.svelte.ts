import { router } from './router.svelte.ts';

/** How a choice is written into the address and read from it; `parse` gives null for what it does not know. */
export interface QueryKind<T> {
  readonly fallback: T;
  readonly parse: (text: string) => T | null;
  readonly print: (value: T) => string;
}

/** A number between two bounds. */
export const numberBetween = (min: number, max: number, fallback: number): QueryKind<number> => ({
  fallback,
  parse: (text) => {
    const value = Number(text);
    return text !== '' && value >= min && value <= max ? value : null;
  },
  print: String,
});

/** One of a few words. */
export const oneOf = <T extends string>(words: readonly T[], fallback: T): QueryKind<T> => ({
  fallback,
  parse: (text) => words.find((word) => word === text) ?? null,
  print: (word) => word,
});

/** Any text; empty where nothing is chosen. */
export const anyText: QueryKind<string> = { fallback: '', parse: (text) => text, print: (text) => text };

/** Choices that lie in the address under the names of `kinds`; what equals its fallback is left out. */
export class QueryState<T extends object> {
  readonly #kinds: { readonly [N in keyof T]: QueryKind<T[N]> };

  constructor(kinds: { readonly [N in keyof T]: QueryKind<T[N]> }) {
    this.#kinds = kinds;
  }

  get<N extends keyof T & string>(name: N): T[N] {
    const kind = this.#kinds[name];
    const text = router.query.get(name);
    return (text === null ? null : kind.parse(text)) ?? kind.fallback;
  }

  set<N extends keyof T & string>(name: N, value: T[N]): void {
    const kind = this.#kinds[name];
    router.set({ [name]: Object.is(value, kind.fallback) ? null : kind.print(value) });
  }
}
