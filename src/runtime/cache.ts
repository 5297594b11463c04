import type { Backend, Executable } from './backend.ts';

/** A loaded program that several users may share. */
interface Entry {
  readonly model: Uint8Array;
  readonly executable: Promise<Executable>;
  references: number;
}

/** One user's share of a loaded program. */
export interface Lease {
  readonly model: Uint8Array;
  readonly executable: Executable;
  /** Gives the share back; the last one releases the executable. */
  release(): Promise<void>;
}

/** Executables of one backend by structure: equal programs share one, for as long as anyone uses it. */
export class ExecutableCache {
  readonly #backend: Backend;
  readonly #entries = new Map<string, Entry>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The executable under `key`; `encode` is called when there is none yet. */
  async acquire(key: string, encode: () => Uint8Array, keep: readonly string[]): Promise<Lease> {
    const entry = this.#entries.get(key) ?? this.#load(key, encode(), keep);
    entry.references++;
    try {
      const executable = await entry.executable;
      return { model: entry.model, executable, release: once(() => this.#giveBack(key, entry)) };
    } catch (error) {
      this.#forget(key, entry);
      throw error;
    }
  }

  #load(key: string, model: Uint8Array, keep: readonly string[]): Entry {
    const entry = { model, executable: this.#backend.load(model, { keep }), references: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  async #giveBack(key: string, entry: Entry): Promise<void> {
    if (--entry.references > 0) return;
    this.#forget(key, entry);
    await (await entry.executable).release();
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= action());
}
