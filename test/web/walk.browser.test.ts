import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validationDash } from '../../src/figures/index.ts';
import { openRun } from '../../src/store/index.ts';
import { framesOfKeys, zoomingKeys } from './frame-times.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';
import { startQuickstart, startSyntheticWalk, writeWalk } from './walking-run.ts';

const patience = 20_000;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const walkOf = (page: Page): Locator => page.getByRole('region', { name: 'The walk', exact: true });
const pointsOf = async (page: Page): Promise<number> => Number(await walkOf(page).getAttribute('data-points'));
const growth = { timeout: patience, interval: 100 };

/** Waits until the walk has more points than `count`; returns how many. */
async function growsBeyond(page: Page, count: number): Promise<number> {
  await walkOf(page).waitFor({ timeout: patience });
  await expect.poll(() => pointsOf(page), growth).toBeGreaterThan(count);
  return pointsOf(page);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(outputDirectory, `${name}.png`), fullPage: true });
}

describe('a run in the browser', () => {
  it.each([
    ['that trains', startQuickstart],
    ['that is written by hand', startSyntheticWalk],
  ])('%s is found in the list, grows, and outlives a reload and a restart of the server', async (_, startWalk) => {
    const runs = temporaryRuns();
    const server = new RestartableServer(runs, pageDirectory);
    const address = await server.start();
    const { page, defects } = await openPage(browser);

    await page.goto(address);
    await page.getByText('npx thalweg run quickstart').waitFor({ timeout: patience });
    const walk = await startWalk(runs);
    await page.getByRole('link', { name: walk.id }).click({ timeout: patience });
    await page.locator(`[data-run="${walk.id}"][data-status="running"]`).waitFor({ timeout: patience });
    await page.getByRole('link', { name: 'Walk', exact: true }).click();
    const first = await growsBeyond(page, 0);
    const second = await growsBeyond(page, first);

    await page.reload();
    const third = await growsBeyond(page, second);

    await server.stop();
    await page.getByText('Connection lost, reconnecting').waitFor({ timeout: patience });
    expect(await pointsOf(page)).toBeGreaterThanOrEqual(third);
    await server.start();
    await page.locator('[data-connection="open"]').waitFor({ timeout: patience });
    await growsBeyond(page, await pointsOf(page));
    expect(await page.getByText('Connection lost').count()).toBe(0);

    const status = await walk.end();
    await page.locator(`[data-run="${walk.id}"][data-status="${status}"]`).waitFor({ timeout: patience });
    const reader = openRun(runs, walk.id);
    const recorded = reader.records('interpolation.loss').length;
    reader.close();
    await expect.poll(() => pointsOf(page), growth).toBe(recorded);
    expect(defects).toEqual([]);
  });

  it('is zoomed by dragging, by keys and by epochs', async () => {
    const runs = temporaryRuns();
    writeWalk(runs, 'windows', { iterationsPerEpoch: 600, iterations: 1200, interpolated: 40, points: 11, seed: 1 });
    const { page, defects } = await openPage(browser);
    await page.goto(`${await new RestartableServer(runs, pageDirectory).start()}/runs/windows/walk`);
    await growsBeyond(page, 879);
    const range = async (): Promise<number[]> =>
      [await walkOf(page).getAttribute('data-from'), await walkOf(page).getAttribute('data-to')].map(Number);

    await expect.poll(range).toEqual([0, 40]);
    const choice = page.getByLabel('Show');
    await choice.selectOption({ label: 'epoch 2 · iterations 600–640' });
    expect(await range()).toEqual([600, 640]);
    await choice.selectOption({ label: 'everything' });
    expect((await range())[0]).toBe(0);
    expect((await range())[1]).toBeGreaterThan(1190);

    const box = (await page.locator('[data-panel="loss"] .u-over').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const dragged = await range();
    expect(dragged[0]).toBeCloseTo(1199 * 0.25, -1);
    expect(dragged[1]).toBeCloseTo(1199 * 0.5, -1);
    await page.mouse.dblclick(box.x + 50, box.y + 50);
    expect(await walkOf(page).getAttribute('data-zoomed')).toBe('false');

    await choice.selectOption({ label: 'epoch 1 · iterations 0–40' });
    await page.mouse.move(0, 0);
    await walkOf(page)
      .getByRole('group', { name: /arrow keys/ })
      .focus();
    await page.keyboard.press('+');
    expect(await range()).toEqual([10, 30]);
    await page.keyboard.press('ArrowRight');
    expect(await range()).toEqual([12, 32]);
    await page.keyboard.press('0');
    expect(await range()).toEqual([0, 40]);

    await page.mouse.move(box.x + (10.5 / 40) * box.width, box.y + 40);
    await expect.poll(() => walkOf(page).locator('output').innerText()).toMatch(/iteration 10.*α 0\.50/);
    expect(defects).toEqual([]);
  });

  it('shows the validation set of a run that keeps one apart, and says nothing of one otherwise', async () => {
    const runs = temporaryRuns();
    const walk = { iterationsPerEpoch: 40, iterations: 80, interpolated: 4, points: 11, seed: 1 };
    writeWalk(runs, 'validated', { ...walk, validationExamples: 500 });
    const { page, defects } = await openPage(browser);
    const address = await new RestartableServer(runs, pageDirectory).start();
    const curves = page.getByRole('region', { name: 'Learning curves', exact: true });
    const legends = (): Promise<string[]> => curves.locator('li .name').allInnerTexts();
    const figures = page.getByLabel('Figures of the run');

    await page.goto(`${address}/runs/validated`);
    const entries = ['mini-batch', 'training', 'validation', 'test', 'training', 'validation', 'test'];
    await expect.poll(legends, growth).toEqual(entries);
    expect(await curves.locator('.muted line').first().getAttribute('stroke-dasharray')).toBe(validationDash);
    await expect.poll(() => curves.locator('.muted b').allInnerTexts(), growth).not.toContain('–');
    expect(await figures.innerText()).toMatch(/Validation loss\n+\d.*\n+Validation accuracy\n+\d.* %\n+Test loss\n/);
    await picture(page, 'run-validated');
    await page.goto(address);
    const headers = (): Promise<string[]> => page.getByRole('columnheader').allInnerTexts();
    await expect.poll(headers, growth).toContain('Validation accuracy');

    writeWalk(runs, 'plain', walk);
    await page.goto(`${address}/runs/plain`);
    await expect.poll(legends, growth).toEqual(entries.filter((entry) => entry !== 'validation'));
    expect(await figures.innerText()).not.toContain('Validation');
    expect(defects).toEqual([]);
  });

  it('says why there is nothing to see, and what is wrong', async () => {
    const runs = temporaryRuns();
    const { page } = await openPage(browser);
    const address = await new RestartableServer(runs, pageDirectory).start();
    await page.goto(`${address}/runs/nobody`);
    await page.getByRole('alert').getByText('expected a run in').waitFor({ timeout: patience });
    await page.goto(`${address}/elsewhere`);
    await page.getByText('There is nothing at /elsewhere').waitFor({ timeout: patience });
    writeWalk(runs, 'plain', { iterationsPerEpoch: 10, iterations: 20, interpolated: 0, points: 11, seed: 1 });
    await page.goto(`${address}/runs/plain/walk`);
    await page.getByText('This run does not interpolate').waitFor({ timeout: patience });
  });

  it('is light or dark as the system is, until the reader chooses, which is remembered', async () => {
    const runs = temporaryRuns();
    const { page } = await openPage(browser, { colorScheme: 'dark' });
    await page.goto(await new RestartableServer(runs, pageDirectory).start());
    const theme = (): Promise<string | null> => page.locator('html').getAttribute('data-theme');
    await expect.poll(theme).toBe('dark');
    await page.getByRole('button', { name: 'Use light colours' }).click();
    expect(await theme()).toBe('light');
    await page.reload();
    await expect.poll(theme).toBe('light');
  });

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 400],
    ['dark', 400],
    ['light', 3840],
  ] as const)('fits in %s colours into %i pixels', async (colorScheme, width) => {
    const runs = temporaryRuns();
    writeWalk(runs, 'walk-mlp-mnist-sgd-s1-1', {
      iterationsPerEpoch: 40,
      iterations: 40,
      interpolated: 40,
      points: 11,
      seed: 1,
    });
    writeWalk(runs, 'quickstart-sgd-s1-1', {
      iterationsPerEpoch: 40,
      iterations: 400,
      interpolated: 40,
      points: 11,
      seed: 2,
    });
    const { page, defects } = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
    const address = await new RestartableServer(runs, pageDirectory).start();
    const overflow = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth - innerWidth');

    await page.goto(address);
    await page.getByRole('link', { name: 'quickstart-sgd-s1-1' }).waitFor({ timeout: patience });
    await picture(page, `list-${colorScheme}-${width}`);
    expect(await overflow()).toBe(0);

    await page.goto(`${address}/runs/walk-mlp-mnist-sgd-s1-1/walk`);
    await growsBeyond(page, 439);
    await page.waitForTimeout(300);
    await picture(page, `walk-${colorScheme}-${width}`);
    expect(await overflow()).toBe(0);
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await page.getByRole('heading', { name: 'Learning curves' }).waitFor({ timeout: patience });
    await page.waitForTimeout(300);
    await picture(page, `run-${colorScheme}-${width}`);
    expect(await overflow()).toBe(0);
    expect(defects).toEqual([]);
  });
});

describe('a run with 100,000 interpolated points', () => {
  it('stays fluid while it is zoomed and panned', async () => {
    const runs = temporaryRuns();
    writeWalk(runs, 'long', { iterationsPerEpoch: 600, iterations: 9091, interpolated: 600, points: 11, seed: 1 });
    const { page, defects } = await openPage(browser);
    await page.goto(`${await new RestartableServer(runs, pageDirectory).start()}/runs/long/walk`);
    await growsBeyond(page, 100_000);
    await page.getByLabel('Show').selectOption({ label: 'everything' });
    await page.waitForTimeout(500);
    await picture(page, 'run-100000-points');

    const frames = await framesOfKeys(page, '[aria-label="The walk"] .panels', zoomingKeys(9, 30));
    writeFileSync(join(outputDirectory, 'frame-times.json'), `${JSON.stringify(frames, null, 2)}\n`);
    expect(frames.median, JSON.stringify(frames)).toBeLessThan(34);
    expect(defects).toEqual([]);
  });
});
