import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defineConfig } from 'vite';
import { offline } from './build/offline.ts';
import { runtimeFiles, runtimeFolder } from './build/runtime-files.ts';
import { sqliteFiles } from './build/sqlite-files.ts';
import { packageVersion } from '../../src/run/environment.ts';

/** The lab: a static site for any file host, built into dist/lab. */
export default defineConfig({
  root: import.meta.dirname,
  // Nothing knows under which path it will lie.
  base: './',
  plugins: [svelte(), runtimeFiles(), sqliteFiles(), offline()],
  // The page brings the runtime's WebAssembly itself, with a progress bar.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  define: {
    'import.meta.env.RUNTIME_FOLDER': JSON.stringify(runtimeFolder),
    'import.meta.env.THALWEG_VERSION': JSON.stringify(packageVersion()),
  },
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/lab',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    // The page's policy forbids inline scripts and data addresses: everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Nothing in src/ has an effect on import but the definitions of operators.
    rollupOptions: {
      treeshake: {
        moduleSideEffects: (id) =>
          !/[\\/]src[\\/](figures|statistics|theory|contract)[\\/]|[\\/]node_modules[\\/](zod|@observablehq|@stdlib|simple-statistics)[\\/]/.test(
            id,
          ),
      },
    },
  },
});
