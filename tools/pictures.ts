import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { resolveSpecification } from '../src/index.ts';
import { executeRun } from '../src/run/index.ts';
import { createServer, listen } from '../src/server/index.ts';

/**
 * Makes the pictures of the documentation: trains the quickstart study and photographs its page.
 *
 *   npx vite-node tools/pictures.ts [folder of runs]    with a folder: its run `first-walk` is shown, not trained again
 */

const pictures = fileURLToPath(new URL('../docs/images/', import.meta.url));
const runsDirectory = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'thalweg-pictures-'));
mkdirSync(pictures, { recursive: true });

if (!process.argv[2]) {
  const specification = resolveSpecification({ target: 'quickstart' });
  const hooks = { onMessage: () => undefined, signal: new AbortController().signal };
  await executeRun({ specification, runsDirectory, id: 'first-walk' }, hooks);
}

const server = createServer({ runsDirectory });
const address = await listen(server, { host: '127.0.0.1', port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 1170 }, deviceScaleFactor: 1.5 });
  await page.goto(`${address}/runs/first-walk`);
  const epoch = await page
    .getByLabel('Show')
    .getByRole('option', { name: /^epoch 10 / })
    .innerText();
  await page.getByLabel('Show').selectOption(epoch);
  await page.getByRole('region', { name: 'The walk' }).waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(pictures, `walk-${colorScheme}.png`) });
}
await browser.close();
await server.close();
