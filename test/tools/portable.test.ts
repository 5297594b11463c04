import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isNeeded, productionPackages } from '../../tools/portable/contents.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the portable bundle', () => {
  it('has the runtime’s library for Linux on x64 alone, without CUDA', () => {
    const runtime = '/node_modules/onnxruntime-node/bin/napi-v6';
    expect(isNeeded(`${runtime}/linux/x64/libonnxruntime.so.1`)).toBe(true);
    expect(isNeeded(`${runtime}/linux/x64/onnxruntime_binding.node`)).toBe(true);
    expect(isNeeded(`${runtime}/linux/x64/libonnxruntime_providers_cuda.so`)).toBe(false);
    expect(isNeeded(`${runtime}/linux/arm64/libonnxruntime.so.1`)).toBe(false);
    expect(isNeeded(`${runtime}/win32/x64/DirectML.dll`)).toBe(false);
  });

  it('has prebuilt modules of this platform, and licences, but no typings, source maps or guides', () => {
    const sqlite = '/node_modules/@photostructure/sqlite';
    expect(isNeeded(`${sqlite}/prebuilds/linux-x64/@photostructure+sqlite.glibc.node`)).toBe(true);
    expect(isNeeded(`${sqlite}/prebuilds/darwin-arm64/@photostructure+sqlite.node`)).toBe(false);
    for (const path of [
      '/node_modules/a/LICENSE',
      '/node_modules/a/LICENSE.md',
      '/node_modules/a/index.js',
      '/dist/web/index.html',
    ])
      expect(isNeeded(path), path).toBe(true);
    for (const path of [
      '/node_modules/a/README.md',
      '/node_modules/a/index.d.ts',
      '/dist/cli/main.js.map',
      '/dist/lab/sw.js',
    ])
      expect(isNeeded(path), path).toBe(false);
  });

  it('has the packages of the built project and theirs, but none that only building and testing need', () => {
    const packages = productionPackages(root);
    for (const name of ['onnxruntime-node', '@photostructure/sqlite', 'msgpackr', 'sharp', 'fastify', 'd3'])
      expect(packages).toContain(`node_modules/${name}`);
    for (const name of ['vitest', 'typescript', 'onnxruntime-web', 'playwright-core', 'svelte'])
      expect(packages).not.toContain(`node_modules/${name}`);
  });
});
