import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const wasm = createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm');

/** What SQLite looks for beside its script where pages share memory; the build does not see that it does. */
const helper = 'sqlite3-opfs-async-proxy.js';

/** Lays the helper of SQLite where it looks for it. */
export const sqliteFiles = (): Plugin => ({
  name: 'sqlite-files',
  apply: 'build',
  generateBundle() {
    this.emitFile({
      type: 'asset',
      fileName: `assets/${helper}`,
      source: readFileSync(join(dirname(wasm), helper)),
    });
  },
});
