import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import wasmAddress from '@sqlite.org/sqlite-wasm/sqlite3.wasm?url';

type Typed = Awaited<ReturnType<typeof sqlite3InitModule>>;
/** Its types leave out a call that it has. */
export type Sqlite = Typed & { readonly capi: { sqlite3_get_autocommit(database: number): number } };
export type SqliteDatabase = InstanceType<Sqlite['oo1']['DB']>;
export type SqliteStatement = ReturnType<SqliteDatabase['prepare']>;
/** The files of SQLite in the browser's own storage: each one lies in a slot, whose handle is synchronous. */
export type SlotPool = Awaited<ReturnType<Sqlite['installOpfsSAHPoolVfs']>>;

let loaded: Promise<Typed> | undefined;

/** Loads SQLite, which does not know under which name the build keeps its WebAssembly. */
export async function loadSqlite(): Promise<Sqlite> {
  // It tells every page without shared memory that one of its file systems is not there. This is another one.
  Object.assign(globalThis, { sqlite3ApiConfig: { warn: () => undefined } });
  loaded ??= sqlite3InitModule({
    get locateFile() {
      return (name: string) => (name.endsWith('.wasm') ? new URL(wasmAddress, import.meta.url).href : name);
    },
    // The library sets a function of its own.
    set locateFile(_) {},
  });
  return (await loaded) as Sqlite;
}
