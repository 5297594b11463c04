import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isolation, serveFiles } from '../../support/static-server.ts';
import { launchChromium } from '../../web/chromium.ts';
import { outputDirectory } from '../../web/build-page.ts';
import type { SuiteResult } from './page/harness.ts';

const built = join(outputDirectory, 'runtime-web');
const runtimeFiles = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

let browser: Browser;
beforeAll(async () => {
  const root = join(import.meta.dirname, 'page');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: { vitest: join(root, 'harness.ts') },
      conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser'],
    },
    build: { outDir: built, emptyOutDir: true, target: 'es2022' },
  });
  browser = await launchChromium({ webgpu: true });
});
afterAll(() => browser.close());

async function open(headers: Readonly<Record<string, string>>): Promise<{ page: Page; base: string }> {
  const server = await serveFiles({ '/': built, '/ort/': runtimeFiles }, headers);
  onTestFinished(() => server.stop());
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(server.address);
  await page.waitForFunction('"runSuite" in globalThis');
  return { page, base: `${server.address}ort/` };
}

describe('the backend for browsers', () => {
  it.each([
    ['cpu', 'alone', {}],
    ['cpu', 'isolated', isolation],
    ['webgpu', 'alone', {}],
    ['webgpu', 'isolated', isolation],
  ] as const)('passes the suite of all backends on %s, %s', async (device, place, headers) => {
    const { page, base } = await open(headers);
    const { passed, failed, loaded, version } = await page.evaluate<SuiteResult & { loaded: number; version: string }>(
      `runSuite("${device}", "${base}")`,
    );
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(25);
    expect(loaded).toBeGreaterThan(10_000_000);
    const processors = await page.evaluate<number>('navigator.hardwareConcurrency');
    const threads = place === 'isolated' ? processors : 1;
    expect(version).toMatch(new RegExp(`^onnxruntime-web \\d+\\.\\d+\\.\\d+.*, ${threads} threads$`));
  });

  it('says what is wrong with threads and files', async () => {
    const { page, base } = await open({});
    const refusal = (base: string, threads: number): Promise<string> =>
      page.evaluate<string>(`refusal("cpu", "${base}", ${threads})`);
    expect(await refusal(base, 0)).toBe('USAGE runtime: expected a positive number of threads or "auto", got 0');
    expect(await refusal(base, 2)).toBe('USAGE runtime: expected one thread without cross-origin isolation, got 2');
    expect(await refusal(`${base}elsewhere/`, 1)).toBe(
      `RUNTIME_UNAVAILABLE runtime: cannot load ${base}elsewhere/ort-wasm-simd-threaded.wasm: expected status 200, got 404`,
    );
    // A failure is not remembered.
    expect(await refusal(base, 1)).toBe('nothing');
  });
});
