import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { createServer, listen } from '../../src/server/index.ts';
import type { ServerOptions } from '../../src/server/index.ts';

export { outputDirectory, pageDirectory } from './build-page.ts';
export { launchChromium } from './chromium.ts';

/** A server that a test can stop and start again on the same port. */
export class RestartableServer {
  readonly #runsDirectory: string;
  readonly #pageDirectory: string;
  readonly #others: () => Partial<ServerOptions>;
  #server: FastifyInstance | null = null;
  #port = 0;

  /** @param others more of the server: what ends with it is made anew for each start by a function */
  constructor(
    runsDirectory: string,
    pageDirectory: string,
    others: Partial<ServerOptions> | (() => Partial<ServerOptions>) = {},
  ) {
    this.#runsDirectory = runsDirectory;
    this.#pageDirectory = pageDirectory;
    this.#others = typeof others === 'function' ? others : () => others;
    onTestFinished(() => this.stop());
  }

  async start(): Promise<string> {
    this.#server = createServer({
      runsDirectory: this.#runsDirectory,
      pageDirectory: this.#pageDirectory,
      ...this.#others(),
    });
    const address = await listen(this.#server, { host: '127.0.0.1', port: this.#port });
    this.#port = Number(new URL(address).port);
    return address;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }
}

/** A folder for runs that is removed when the test ends. */
export function temporaryRuns(): string {
  const directory = mkdtempSync(join(tmpdir(), 'thalweg-page-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A page in a browser context of its own, and the defects it reported: script errors and breaches of its policy. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; defects: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const defects: string[] = [];
  page.on('pageerror', (error) => defects.push(error.message));
  page.on('console', (message) => {
    // That the server is away is what some tests are about; everything else is a defect.
    if (
      message.type() === 'error' &&
      !/ERR_CONNECTION|ERR_CONTENT_LENGTH|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/.test(message.text())
    ) {
      defects.push(message.text());
    }
  });
  return { page, defects };
}
