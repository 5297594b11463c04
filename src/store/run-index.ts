import { join, resolve } from 'node:path';
import { byAge, needsProcess, type RunListEntry } from '../contract/index.ts';
import { isHeld } from './lock.ts';
import { readListEntry } from './list-entry.ts';
import { runFolders } from './run-folders.ts';

/** What happened to a list of runs after some revision of it. */
export interface RunListChanges {
  /** Runs that are new or have changed, in no order. */
  readonly runs: readonly RunListEntry[];
  /** Names of runs that are gone. */
  readonly removed: readonly string[];
}

interface Known {
  readonly fingerprint: string;
  /** As `run.json` has it: with `running` where its process may have died. */
  readonly written: RunListEntry;
  readonly entry: RunListEntry;
  /** The revision of the index in which the entry changed last. */
  readonly revision: number;
}

/**
 * The runs of a folder, in memory. A look reads only what changed since the one before: folders are told by the
 * fingerprints of `run.json` and `annotations.json`, and the status of runs that say they are running by their lock. It
 * holds no truth of its own: a new index of the same folder is the same list.
 */
export class RunIndex {
  readonly #directory: string;
  readonly #known = new Map<string, Known>();
  /** Runs that are gone, with the revision in which they went. */
  readonly #removed = new Map<string, number>();
  #revision = 0;
  #sorted: readonly RunListEntry[] | null = null;

  /** Reads nothing yet. */
  constructor(runsDirectory: string) {
    this.#directory = resolve(runsDirectory);
  }

  /** Grows whenever a look finds something changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes in what changed in the folder. Throws `RUN_NOT_FOUND` for one that cannot be read. */
  look(): this {
    const next = this.#revision + 1;
    const folders = runFolders(this.#directory);
    let changed = false;
    for (const { name, fingerprint } of folders) changed = this.#lookAt(name, fingerprint, next) || changed;
    if (this.#known.size > folders.length) {
      const present = new Set(folders.map(({ name }) => name));
      for (const name of this.#known.keys()) if (!present.has(name)) this.#remove(name, next);
      changed = true;
    }
    if (changed) {
      this.#revision = next;
      this.#sorted = null;
    }
    return this;
  }

  /** All runs, newest first. */
  runs(): readonly RunListEntry[] {
    return (this.#sorted ??= [...this.#known.values()].map(({ entry }) => entry).sort(byAge));
  }

  /** What happened after a revision. */
  changesSince(revision: number): RunListChanges {
    return {
      runs: [...this.#known.values()].filter((known) => known.revision > revision).map(({ entry }) => entry),
      removed: [...this.#removed].filter(([, gone]) => gone > revision).map(([name]) => name),
    };
  }

  /** True when the entry is new or has changed. */
  #lookAt(name: string, fingerprint: string, revision: number): boolean {
    const known = this.#known.get(name);
    const directory = join(this.#directory, name);
    const written = known?.fingerprint === fingerprint ? known.written : readListEntry(directory, name);
    const status = needsProcess(written.status) && !isHeld(directory) ? 'interrupted' : written.status;
    if (known?.written === written && known.entry.status === status) return false;
    this.#known.set(name, { fingerprint, written, entry: { ...written, status }, revision });
    this.#removed.delete(name);
    return true;
  }

  #remove(name: string, revision: number): void {
    this.#known.delete(name);
    this.#removed.set(name, revision);
  }
}
