import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { serveFiles, type StaticServer } from '../support/static-server.ts';
import { outputDirectory } from '../web/build-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(outputDirectory, 'lab');

/** Builds the lab as it stands in the sources. */
export async function buildLab(): Promise<void> {
  await build({
    configFile: join(root, 'web/lab/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: built, emptyOutDir: true },
  });
}

/** What a test has of the lab: a page with an empty cache, and what went wrong in it. */
export interface OpenLab {
  readonly page: Page;
  readonly server: StaticServer;
  /** Script errors and breaches of the page's policy. */
  readonly defects: readonly string[];
  /** Updates that the walk has made; 0 before the first. */
  readonly updates: () => Promise<number>;
}

/** Opens the lab on a file host that knows nothing of it, below some path. */
export async function openLab(
  browser: Browser,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  options: BrowserContextOptions = {},
): Promise<OpenLab> {
  const server = await serveFiles({ '/some/path/': built }, headers);
  onTestFinished(() => server.stop());
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const defects: string[] = [];
  page.on('pageerror', (error) => defects.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') defects.push(message.text());
  });
  await page.goto(`${server.address}some/path/${query}`);
  const updates = async (): Promise<number> =>
    Number((await page.locator('[data-iteration]').getAttribute('data-iteration')) ?? 0);
  return { page, server, defects, updates };
}
