import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtStudies } from '../server/built-studies.ts';
import { designOf, writeRun } from './compare/recorded-runs.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';

const patience = 60_000;
const growth = { timeout: patience, interval: 100 };
const design = designOf([0.1], [32], 3);
const [first, second] = design.map(({ id }) => id) as [string, string, string];
const compared = `/compare?runs=${design.map(({ id }) => id).join(',')}`;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
}, 400_000);
afterAll(() => browser?.close());

/** Three runs that are looked at, and the server that shows them. */
async function serve(path: string) {
  const runs = temporaryRuns();
  for (const run of design) writeRun(runs, run, 30);
  const server = new RestartableServer(runs, pageDirectory, builtStudies);
  const address = await server.start();
  const { page, defects } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(address + path);
  return { page, defects, runs, server, address };
}

const rows = (page: Page): Promise<number> => page.locator('tr[data-run]').count();
const drawn = async (page: Page): Promise<number> =>
  Number(await page.getByRole('region', { name: 'Curves', exact: true }).getAttribute('data-drawn'));
const lost = (page: Page) => page.getByText(/Connection lost, reconnecting|trying again …/).first();

/** What each kind of view shows when it is whole. */
const views: Readonly<Record<string, readonly [path: string, isWhole: (page: Page) => Promise<unknown>]>> = {
  'the list of runs': ['/', (page) => expect.poll(() => rows(page), growth).toBe(3)],
  'a run': [`/runs/${first}`, (page) => page.locator('[data-connection="open"]').waitFor()],
  'a comparison': [compared, (page) => expect.poll(() => drawn(page), growth).toBe(1)],
  'the studies': ['/studies?scale=smoke', (page) => page.locator('[data-paper="R"]').first().waitFor()],
  'a paper': ['/studies/r?scale=smoke', (page) => page.locator('[data-claim]').first().waitFor()],
  'the sweeps': ['/sweeps', (page) => page.locator('[data-empty="sweeps"]').waitFor()],
  'the trash': ['/trash', (page) => page.getByRole('heading', { name: 'Trash' }).waitFor()],
};

describe.each(Object.entries(views))('%s', (name, [path, isWhole]) => {
  it('says that the server is away, and goes on when it is back', async () => {
    const { page, defects, server } = await serve(path);
    await isWhole(page);
    await server.stop();
    await lost(page).waitFor();
    await server.start();
    await lost(page).waitFor({ state: 'detached' });
    await isWhole(page);
    // A server that ends answers what still reaches it with 503.
    expect(defects.filter((text) => !text.includes('status of 503'))).toEqual([]);
  });

  it('goes on when the browser was offline', async () => {
    const { page, runs, server } = await serve(path);
    await isWhole(page);
    // What is open stays open in an offline browser: the network is gone when the other end is, too.
    await page.context().setOffline(true);
    await server.stop();
    await lost(page).waitFor();
    await server.start();
    await page.waitForTimeout(3000);
    expect(await lost(page).count()).toBe(1);
    if (name === 'the list of runs') rmSync(join(runs, second), { recursive: true });
    await page.context().setOffline(false);
    await lost(page).waitFor({ state: 'detached' });
    if (name === 'the list of runs') await expect.poll(() => rows(page), growth).toBe(2);
    else await isWhole(page);
  });
});

describe('a damaged metrics.db', () => {
  const damage = (runs: string, id: string): (() => void) => {
    const [database, kept] = [join(runs, id, 'metrics.db'), join(runs, 'kept.db')];
    copyFileSync(database, kept);
    writeFileSync(database, 'this is no database, and was never one');
    return () => copyFileSync(kept, database);
  };

  it('leaves the list whole but for the curve of that run, which comes back when it is mended', async () => {
    const { page, runs, defects } = await serve('/trash');
    const mend = damage(runs, first);
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await expect.poll(() => rows(page), growth).toBe(3);
    const row = page.locator(`tr[data-run="${first}"]`);
    const failure = row.getByText('not readable');
    await failure.waitFor();
    expect(await failure.getAttribute('title')).toContain('metrics.db: could not be read');
    await expect.poll(() => page.locator('tr[data-run] td[data-column="curve"] svg').count(), growth).toBe(2);
    mend();
    await row.locator('td[data-column="curve"] svg').waitFor();
    expect(defects).toEqual([]);
  });

  it('leaves a comparison with the other runs, and says which one is missing and why, until it is mended', async () => {
    const { page, runs } = await serve('/trash');
    const mend = damage(runs, first);
    await page.goto(new URL(compared, page.url()).href);
    await page.getByText(`${first}/metrics.db: could not be read`).first().waitFor();
    await expect.poll(() => drawn(page), growth).toBe(1);
    const legend = page.getByRole('region', { name: 'Legend', exact: true });
    expect(await legend.innerText()).toContain('N = 2');
    mend();
    await expect.poll(() => legend.innerText(), growth).toContain('N = 3');
    expect(await page.getByText('could not be read').count()).toBe(0);
  });

  it.each(['', '/curvature', '/specification'])('is named by the view %s of its run', async (tab) => {
    const { page, runs } = await serve('/trash');
    const mend = damage(runs, first);
    await page.goto(new URL(`/runs/${first}${tab}`, page.url()).href);
    await page.getByText('metrics.db: could not be read').first().waitFor();
    mend();
    await page.locator(`[data-run="${first}"]`).waitFor();
    await expect.poll(() => page.getByText('could not be read').count(), growth).toBe(0);
  });

  it('breaks while figures are looked at: they say so and are drawn again', async () => {
    const { page, runs, server } = await serve(`/runs/${first}`);
    await page.locator('[data-connection="open"]').waitFor();
    await server.stop();
    const mend = damage(runs, first);
    await server.start();
    await page.getByText('metrics.db: could not be read').first().waitFor();
    mend();
    await page.locator('[data-connection="open"]').waitFor();
  });
});

describe('a run', () => {
  it('that is deleted while it is viewed is said to be gone, with what was loaded of it', async () => {
    const { page, runs } = await serve(`/runs/${first}`);
    await page.getByRole('region', { name: 'Learning curves' }).waitFor();
    rmSync(join(runs, first), { recursive: true });
    await page
      .getByText(/expected a run in/)
      .first()
      .waitFor();
    expect(await page.getByRole('region', { name: 'Learning curves' }).count()).toBe(1);
  });

  it('that is copied in by hand joins a comparison that named it', async () => {
    const { page, runs } = await serve('/trash');
    await page.goto(new URL(`/compare?runs=${first},copied`, page.url()).href);
    await page
      .getByText(/expected a run in/)
      .first()
      .waitFor();
    cpSync(join(runs, second), join(runs, 'copied'), { recursive: true });
    const legend = page.getByRole('region', { name: 'Legend', exact: true });
    await expect.poll(() => legend.innerText(), growth).toContain('N = 2');
  });
});
