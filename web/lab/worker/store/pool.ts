import { messageOf, ThalwegError } from '../../../../src/base/index.ts';
import { WasmDatabase } from './database.ts';
import { loadSqlite, type Sqlite, type SlotPool } from './sqlite.ts';

/** Folder of the page's own storage that SQLite keeps its slots in; nothing else lies there. */
const folder = 'thalweg-runs';
/** Slots that are free for journals and for what is about to be made. */
const spare = 4;
/** Milliseconds that a page waits for another one, or for itself before a reload, to let go. */
const patience = 5000;
const lookEvery = 50;

/** Databases in the browser's own storage, held by this worker alone until it ends. */
export class Pool {
  readonly #sqlite: Sqlite;
  readonly #slots: SlotPool;

  constructor(sqlite: Sqlite, slots: SlotPool) {
    this.#sqlite = sqlite;
    this.#slots = slots;
  }

  /** The names of the databases that there are. */
  get names(): readonly string[] {
    return this.#slots.getFileNames();
  }

  /** Opens a database, or makes it. A slot for a new one must have been reserved. */
  open(name: string): WasmDatabase {
    const database = new WasmDatabase(this.#sqlite, new this.#slots.OpfsSAHPoolDb(name));
    // The journal keeps its slot: giving it back would take a write more for each transaction.
    database.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    return database;
  }

  /** Makes room for one database more. */
  async reserve(): Promise<void> {
    await this.#slots.reserveMinimumCapacity(this.names.length + spare);
  }

  /** The bytes of a database that is not written at this moment. */
  async bytes(name: string): Promise<Uint8Array> {
    return this.#slots.exportFile(name);
  }

  /** Takes over a database from elsewhere, whole or not at all. */
  async take(name: string, bytes: Uint8Array): Promise<void> {
    await this.reserve();
    await this.#slots.importDb(name, bytes);
  }

  /** Removes a database that is not open, with its journal. */
  remove(name: string): void {
    for (const file of [name, `${name}-journal`]) this.#slots.unlink(file);
  }
}

/** Opens the storage, for this worker alone. Throws `RUN_STATE` while another page has it, `USAGE` where there is none. */
export async function openPool(): Promise<Pool> {
  if (!('storage' in navigator) || !('locks' in navigator))
    throw new ThalwegError(
      'USAGE',
      'page: expected an address of https or of this machine, got another, where a browser keeps no runs',
    );
  await hold();
  const sqlite = await loadSqlite();
  try {
    return new Pool(sqlite, await sqlite.installOpfsSAHPoolVfs({ name: folder, directory: folder }));
  } catch (cause) {
    throw new ThalwegError('STORE_FAILED', `runs of this page: could not be opened: ${messageOf(cause)}`, { cause });
  }
}

let held: Promise<void> | undefined;

/** Resolves when nobody else has the storage; it is ours until this worker ends. */
function hold(): Promise<void> {
  held ??= new Promise<void>((resolve, reject) => {
    const signal = AbortSignal.timeout(patience);
    const forever = new Promise<never>(() => undefined);
    navigator.locks
      .request(folder, { signal }, async () => {
        await handlesFreed(signal);
        resolve();
        return forever;
      })
      .catch(reject);
  }).catch((cause: unknown) => {
    held = undefined;
    throw new ThalwegError(
      'RUN_STATE',
      'runs of this page: expected no other tab that has them open, got one; close it and try again',
      { cause },
    );
  });
  return held;
}

/** SQLite would empty the folder where it cannot have every handle at once: a page that ended gives them back a little later. */
async function handlesFreed(signal: AbortSignal): Promise<void> {
  while (!(await handlesAreFree())) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
}

async function handlesAreFree(): Promise<boolean> {
  try {
    const storage = await navigator.storage.getDirectory();
    const slots = await (await storage.getDirectoryHandle(folder)).getDirectoryHandle('.opaque');
    for await (const slot of slots.values()) {
      if (slot instanceof FileSystemFileHandle) (await slot.createSyncAccessHandle()).close();
    }
    return true;
  } catch (error) {
    // There is nothing yet.
    if (error instanceof DOMException && error.name === 'NotFoundError') return true;
    if (error instanceof DOMException && error.name === 'NoModificationAllowedError') return false;
    throw error;
  }
}
