/** A connection to `metrics.db`, synchronous: SQLite's binding for Node has this form, and a browser's worker gives it. */
export interface MetricsDatabase {
  /** Runs statements that answer nothing. */
  exec(sql: string): void;
  prepare(sql: string): MetricsStatement;
  /** Whether a transaction is open. */
  readonly isTransaction: boolean;
  close(): void;
}

/** A prepared statement. Numbers are bound and read as numbers, NULL as null, blobs as Uint8Array; NaN is bound as NULL. */
export interface MetricsStatement {
  run(...values: SqlValue[]): unknown;
  /** The first row; undefined where there is none. */
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  iterate(...values: SqlValue[]): Iterable<unknown>;
  /** Rows are arrays from now on, not objects by the names of columns. */
  setReturnArrays(arrays: boolean): void;
}

export type SqlValue = number | string | Uint8Array | null;
