import { storing } from '../../../../src/store/core/index.ts';
import type { WasmDatabase } from './database.ts';

/**
 * The small files of all runs, in one database: replacing one is a transaction, so that the old content or the new one is
 * there at every moment, also when the tab is killed.
 */
export class FileTable {
  readonly #database: WasmDatabase;

  constructor(database: WasmDatabase) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS file (
      run TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (run, name)
    ) STRICT`);
  }

  /** The runs that have files. */
  runs(): string[] {
    const rows = this.#database.prepare('SELECT DISTINCT run FROM file ORDER BY run').all() as { run: string }[];
    return rows.map(({ run }) => run);
  }

  /** The files of a run and their sizes, by name. */
  list(run: string): { readonly name: string; readonly bytes: number }[] {
    const sql = 'SELECT name, length(content) AS bytes FROM file WHERE run = ? ORDER BY name';
    return this.#database.prepare(sql).all(run) as { name: string; bytes: number }[];
  }

  /** The content of a file; null where there is none. */
  read(run: string, name: string): Uint8Array<ArrayBuffer> | null {
    const sql = 'SELECT content FROM file WHERE run = ? AND name = ?';
    const row = this.#database.prepare(sql).get(run, name) as { content: Uint8Array<ArrayBuffer> } | undefined;
    return row?.content ?? null;
  }

  /** Replaces a file whole. Throws `STORE_FAILED`. */
  replace(run: string, name: string, content: Uint8Array): void {
    const sql = 'INSERT OR REPLACE INTO file (run, name, content) VALUES (?, ?, ?)';
    storing(`run ${run}: ${name}`, () => this.#database.prepare(sql).run(run, name, content));
  }

  remove(run: string, name: string): void {
    storing(`run ${run}: ${name}`, () =>
      this.#database.prepare('DELETE FROM file WHERE run = ? AND name = ?').run(run, name),
    );
  }

  /** Removes all files of a run. */
  removeAll(run: string): void {
    storing(`run ${run}`, () => this.#database.prepare('DELETE FROM file WHERE run = ?').run(run));
  }
}
