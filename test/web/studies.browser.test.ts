import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createServer, listen } from '../../src/server/index.ts';
import { builtStudies } from '../server/built-studies.ts';
import { seriousFindings } from './accessibility.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, temporaryRuns } from './page.ts';

const patience = { timeout: 90_000 };
/** For three computations, each in a new process, on a machine that does other things. */
const whole = { timeout: 240_000 };
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function serve(runsDirectory = temporaryRuns()): Promise<string> {
  const server = createServer({ runsDirectory, pageDirectory, ...builtStudies() });
  onTestFinished(() => server.close());
  return listen(server, { host: '127.0.0.1', port: 0 });
}

const study = (page: Page, status: string, wait = patience) => page.locator(`[data-study="${status}"]`).waitFor(wait);
const row = (page: Page, claim: string) => page.locator(`[data-claim="${claim}"]`);
const countOf = async (page: Page): Promise<number> =>
  Number(await page.getByRole('table', { name: /Ledger/ }).getAttribute('data-claims'));

const picture = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: join(outputDirectory, `${name}.png`), fullPage: true });

describe('a study in the browser', () => {
  it('is begun with its price, stopped and gone on with, and its ledger fills', async () => {
    const { page, defects } = await openPage(browser);
    const address = await serve();
    await page.goto(`${address}/studies?scale=smoke`);
    await page.getByRole('button', { name: 'Start paper R' }).click(patience);
    const dialog = page.getByRole('dialog', { name: 'Paper R at scale smoke' });
    await dialog.getByLabel('Only').fill('R-boltz.surface');
    await dialog.getByText('About 15 s for 3 runs and results').waitFor(patience);
    await dialog.getByRole('button', { name: 'Start' }).click();
    await study(page, 'running');

    await page.getByRole('link', { name: /^R: Report/ }).click();
    await row(page, 'R-boltz.surface').getByText('was not computed').waitFor(patience);
    await page.getByText(/\d of 3 runs and results/).waitFor(patience);
    await page.getByRole('button', { name: 'Stop' }).click();
    await study(page, 'stopped');
    await page.reload();
    await study(page, 'stopped');
    await page.getByRole('button', { name: 'Go on' }).click();
    await study(page, 'running');
    await study(page, 'finished', whole);
    await page.locator('[data-claim="R-boltz.surface"]:not([data-verdict="refused"])').waitFor(patience);
    expect(await row(page, 'R-data.mnist').getAttribute('data-verdict')).toBe('refused');
    expect(await row(page, 'R-boltz.surface').getByText('smoke').count()).toBe(1);
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('searchbox', { name: 'Search claims' }).fill('R-boltz');
    await expect.poll(() => countOf(page)).toBe(4);
    await expect.poll(() => page.url()).toContain('q=R-boltz');
    await page.reload();
    await expect.poll(() => countOf(page), patience).toBe(4);
    await page.getByRole('button', { name: /^Only \d+ no verdict yet/ }).click();
    await expect.poll(() => countOf(page)).toBe(0);
    await expect.poll(() => page.url()).toContain('verdict=refused');
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect.poll(() => countOf(page)).toBe(28);
    await page.getByRole('button', { name: 'after Holm' }).click();
    await expect.poll(() => page.url()).toContain('sort=holm');

    await page.getByRole('link', { name: 'R-boltz.surface' }).click();
    await page.locator('[data-figure="R-boltz.cells"] svg').first().waitFor(patience);
    await page.getByText('npx thalweg reproduce R --scale smoke --only R-boltz.surface --report report').waitFor();
    await expect.poll(() => page.locator('[data-trial][data-status="finished"]').count()).toBe(3);
    expect(await seriousFindings(page)).toEqual([]);
    await picture(page, 'claim-light');
    expect(defects).toEqual([]);
  }, 600_000);

  it('opens claims one after another by keyboard, in the order of the ledger', async () => {
    const { page, defects } = await openPage(browser, { colorScheme: 'dark' });
    await page.goto(`${await serve()}/studies/w?scale=smoke&q=barrier&claim=W-barrier.rare`);
    const open = (id: string) => page.locator(`[data-open-claim="${id}"]`).waitFor(patience);
    await open('W-barrier.rare');
    await page.getByText('was not run').first().waitFor(patience);
    await page.keyboard.press('ArrowRight');
    await open('W-barrier.low');
    await page.keyboard.press('ArrowLeft');
    await open('W-barrier.rare');
    await expect.poll(() => page.url()).toContain('claim=W-barrier.rare');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make what it needs' }).click();
    const dialog = page.getByRole('dialog', { name: 'Paper W at scale smoke' });
    expect(await dialog.getByLabel('Only').inputValue()).toBe('W-barrier.rare');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await expect.poll(() => countOf(page), patience).toBeGreaterThan(2);
    await expect.poll(() => page.url()).not.toContain('claim=');
    await page.goBack();
    await open('W-barrier.rare');
    expect(defects).toEqual([]);
  });

  it.each([
    ['light', 380],
    ['dark', 1440],
    ['light', 2400],
  ] as const)('fits a %s window of %i pixels, part by part', async (colorScheme, width) => {
    const { page, defects } = await openPage(browser, { colorScheme, viewport: { width, height: 1000 } });
    const address = await serve();
    const views = [
      '/studies',
      '/studies/m?part=text',
      '/studies/r?part=experiments',
      '/studies/g?part=tables',
      '/studies/f?part=figures',
      '/studies/f',
    ];
    for (const view of views) {
      await page.goto(address + view);
      await page.locator('[data-paper]').first().waitFor(patience);
      await page
        .getByText('Reading what the runs recorded')
        .first()
        .waitFor({ state: 'detached', ...patience });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), view).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page), view).toEqual([]);
      await picture(page, `${view.replace(/\W+/g, '-').slice(1)}-${colorScheme}-${width}`);
    }
    expect(defects).toEqual([]);
  });
});
