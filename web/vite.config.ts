import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The page, built ahead into dist/web; `npx vite --config web/vite.config.ts` serves it while it is worked on. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
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
        manualPureFunctions: ['z'],
        moduleSideEffects: (id) =>
          !/[\\/](src[\\/](autodiff|base|contract|figures|graph|ops|runtime|statistics|theory)|node_modules[\\/](zod|ml-matrix|pure-rand|@bufbuild|@observablehq|@stdlib|simple-statistics))[\\/]/.test(
            id,
          ),
      },
    },
  },
});
