import type { MetricsDatabase, MetricsStatement, SqlValue } from '../../../../src/store/core/index.ts';
import type { Sqlite, SqliteDatabase, SqliteStatement } from './sqlite.ts';

/** A database of SQLite in WebAssembly in the form that the store uses. */
export class WasmDatabase implements MetricsDatabase {
  readonly #sqlite: Sqlite;
  readonly #database: SqliteDatabase;
  /** Kept until the database closes: nothing tells when one is needed no more. */
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(sqlite: Sqlite, database: SqliteDatabase) {
    this.#sqlite = sqlite;
    this.#database = database;
  }

  get isTransaction(): boolean {
    return this.#sqlite.capi.sqlite3_get_autocommit(this.#database.pointer!) === 0;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string): MetricsStatement {
    const statement = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return new WasmStatement(this.#sqlite, statement);
  }

  close(): void {
    for (const statement of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
    this.#database.close();
  }
}

class WasmStatement implements MetricsStatement {
  readonly #sqlite: Sqlite;
  readonly #statement: SqliteStatement;
  #arrays = false;

  constructor(sqlite: Sqlite, statement: SqliteStatement) {
    this.#sqlite = sqlite;
    this.#statement = statement;
  }

  setReturnArrays(arrays: boolean): void {
    this.#arrays = arrays;
  }

  run(...values: SqlValue[]): void {
    this.#executed(values, () => undefined);
  }

  get(...values: SqlValue[]): unknown {
    return this.#executed(values, () => this.#row())[0];
  }

  all(...values: SqlValue[]): unknown[] {
    return this.#executed(values, () => this.#row());
  }

  iterate(...values: SqlValue[]): Iterable<unknown> {
    return this.all(...values);
  }

  #row(): unknown {
    return this.#arrays ? this.#statement.get([]) : this.#statement.get({});
  }

  #executed<T>(values: readonly SqlValue[], read: () => T): T[] {
    const rows: T[] = [];
    try {
      values.forEach((value, index) => this.#bind(index + 1, value));
      while (this.#statement.step()) rows.push(read());
      return rows;
    } finally {
      this.#reset();
    }
  }

  /** Numbers as doubles: the library would cut those beyond 64 bits that happen to be whole. NaN becomes NULL. */
  #bind(place: number, value: SqlValue): void {
    if (typeof value !== 'number') this.#statement.bind(place, value);
    else this.#sqlite.capi.sqlite3_bind_double(this.#statement.pointer!, place, value);
  }

  /** What went wrong in the last step is thrown by that step, and by resetting once more. */
  #reset(): void {
    try {
      this.#statement.reset(true);
    } catch {
      // The step has thrown the same.
    }
  }
}
