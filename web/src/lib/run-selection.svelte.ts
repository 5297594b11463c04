import { SvelteSet } from 'svelte/reactivity';

/** Runs that were chosen in a list. A range goes from the run that was chosen last to the one chosen with it. */
export class RunSelection {
  readonly #ids = new SvelteSet<string>();
  #anchor: string | null = null;

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The chosen ones of a list, in its order. */
  of(ids: readonly string[]): string[] {
    return ids.filter((id) => this.#ids.has(id));
  }

  set(id: string, chosen: boolean): void {
    if (chosen) this.#ids.add(id);
    else this.#ids.delete(id);
    this.#anchor = id;
  }

  /** Chooses, or leaves, everything from the last one on to `id`, in the order of `ids`. */
  extend(id: string, chosen: boolean, ids: readonly string[]): void {
    const [from, to] = [ids.indexOf(this.#anchor ?? id), ids.indexOf(id)];
    const range = from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of range) this.set(each, chosen);
  }

  setAll(ids: readonly string[], chosen: boolean): void {
    for (const id of ids)
      if (chosen) this.#ids.add(id);
      else this.#ids.delete(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = null;
  }

  /** Leaves those that are not in a list any more. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#ids) if (!ids.has(id)) this.#ids.delete(id);
  }
}
