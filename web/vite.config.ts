import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Bytes below which compression saves nothing that matters. */
const least = 1000;

/** Lays a compressed copy beside every text of the build, so that the server need not compress anything. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    const texts = Object.keys(bundle).filter((name) => /\.(js|css|html|svg)$/.test(name));
    for (const name of texts) {
      const path = join(dir!, name);
      const bytes = await readFile(path);
      if (bytes.length < least) continue;
      await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes));
      await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }
  },
});

/** The page, built ahead into dist/web; `npx vite --config web/vite.config.ts` serves it while it is worked on. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte(), compressed()],
  server: {
    proxy: { '/api': { target: process.env['THALWEG_SERVER'] ?? 'http://127.0.0.1:4173', changeOrigin: true } },
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy forbids inline scripts and data addresses: everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the page takes from src/ has no effect on import; schemas that come along unused are dropped.
    rollupOptions: {
      treeshake: {
        moduleSideEffects: (id) =>
          !/[\\/](src[\\/](autodiff|base|contract|figures|graph|ops|runtime|statistics|theory)|node_modules[\\/](zod|ml-matrix|pure-rand|@bufbuild|@observablehq|@stdlib|simple-statistics))[\\/]/.test(
            id,
          ),
      },
    },
  },
});
