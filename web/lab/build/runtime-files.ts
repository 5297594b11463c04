import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-web')));
const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };

/** Where the site keeps the runtime's files: their names say nothing of their version. */
export const runtimeFolder = `runtime-${version}/`;

/** Those of the processor, which every reader needs, and those of the GPU. */
const builds = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'];

/** Whether a file of the site serves the GPU only. */
export const isForGpu = (name: string): boolean => name.includes('.asyncify.');

/** Lays the files of ONNX Runtime beside the page. */
export const runtimeFiles = (): Plugin => ({
  name: 'runtime-files',
  apply: 'build',
  generateBundle() {
    for (const file of builds.flatMap((build) => [`${build}.mjs`, `${build}.wasm`]))
      this.emitFile({
        type: 'asset',
        fileName: runtimeFolder + file,
        source: readFileSync(join(packageFolder, 'dist', file)),
      });
  },
});
