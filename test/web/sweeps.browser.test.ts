import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRedisQueue, openQueueManager } from '../../src/sweep/index.ts';
import { writeSweepRecord } from '../../src/store/index.ts';
import { startRedis } from '../support/redis.ts';
import { playedWorker, queuedRun, untilStopped } from '../sweep/bullmq/support.ts';
import { seriousFindings } from './accessibility.ts';
import { designOf, writeRun } from './compare/recorded-runs.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';
import { finished, recordOf, unfinished, writeSweep } from './sweeps/recorded-sweep.ts';

const patience = 20_000;
const growth = { timeout: patience, interval: 100 };
const axes = { 'optimizer.learningRate': [0.1, 0.3], 'optimizer.batchSize': [16, 32] };
const lost = (page: Page) => page.getByText(/Connection lost, reconnecting|trying again …/).first();
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** Runs of a sweep that can be compared, and the server that shows them. */
async function serve(path: string) {
  const runs = temporaryRuns();
  const design = designOf(axes['optimizer.learningRate'], axes['optimizer.batchSize'], 2);
  for (const run of design) writeRun(runs, run, 12);
  const record = recordOf({ name: 'grid', axes, seeds: 2 });
  writeSweepRecord(runs, { ...record, runs: record.runs.map((run, index) => ({ ...run, id: design[index]!.id })) });
  const server = new RestartableServer(runs, pageDirectory);
  const address = await server.start();
  const { page, defects } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(address + path);
  return { page, defects, runs, server, address };
}

const rows = (page: Page): Promise<number> => page.locator('tr[data-run]').count();
const matrix = (page: Page) => page.getByRole('region', { name: /^Figure grid-matrix/ });
const parallel = (page: Page) => page.getByRole('region', { name: /^Figure grid-parallel/ });
const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env['PICTURES'])
    await page.screenshot({ path: join(outputDirectory, `sweeps-${name}.png`), fullPage: true });
};

describe('the list of sweeps', () => {
  it('leads to a sweep, fills by itself, and names notes that cannot be read', async () => {
    const { page, runs, defects } = await serve('/sweeps');
    await page.locator('tr[data-sweep="grid"]').getByText('8 finished').waitFor();
    writeSweep(runs, recordOf({ name: 'later', axes, seeds: 1 }), () => null);
    writeFileSync(join(runs, '.sweeps', 'torn.json'), '{ torn');
    await page.locator('tr[data-sweep="later"]').waitFor();
    await page.getByText('The note of sweep torn cannot be read').waitFor();
    await page.getByRole('link', { name: 'grid' }).click();
    await matrix(page).waitFor();
    expect(new URL(page.url()).pathname).toBe('/sweeps/grid');
    expect(defects).toEqual([]);
  });

  it('of a folder without any says how to begin', async () => {
    const address = await new RestartableServer(temporaryRuns(), pageDirectory).start();
    const { page } = await openPage(browser);
    await page.goto(`${address}/sweeps`);
    await page.locator('[data-empty="sweeps"]').waitFor();
    await page.goto(`${address}/queue`);
    await page.locator('[data-empty="queue"]').waitFor();
  });
});

describe('a sweep', () => {
  it('shows its cells: a click, or the keys, compare the runs of one', async () => {
    const { page, defects } = await serve('/sweeps/grid');
    await matrix(page).waitFor();
    await page.locator('[data-ended="8"]').waitFor();
    await matrix(page).focus();
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowRight']) await page.keyboard.press(key);
    const said = page.getByRole('region', { name: 'Matrix', exact: true }).getByRole('status');
    expect(await said.innerText()).toMatch(/learning rate 0.[13], batch size (16|32): .* N = 2/);
    await page.keyboard.press('Enter');
    await page.locator('[data-panel] canvas').first().waitFor();
    expect(new URL(page.url()).searchParams.get('runs')!.split(',')).toHaveLength(2);
    await page.goBack();
    await matrix(page).waitFor();
    const cell = page.locator('[aria-label="Matrix"] svg rect').filter({ hasText: 'learning rate 0.3, batch size 16' });
    await cell.click();
    await page.locator('[data-panel] canvas').first().waitFor();
    expect(new URL(page.url()).searchParams.get('runs')).toBe('lr0.3-b16-s1,lr0.3-b16-s2');
    expect(defects).toEqual([]);
  });

  it('shows what is chosen: axes, quantity, parts of axes, order; all of it lies in the address', async () => {
    const { page, address } = await serve('/sweeps/grid');
    await matrix(page).waitFor();
    await page.getByLabel('Coloured by').selectOption('training loss');
    await page.getByLabel('Across').selectOption('batch size');
    expect(await page.getByLabel('Upwards').inputValue()).toBe('optimizer.learningRate');
    await page.getByRole('combobox', { name: 'Colours' }).selectOption('logarithmic');
    await page.locator('[aria-label="Matrix"] svg').getByText('(logarithmic)').waitFor();
    const box = (await parallel(page).locator('svg').boundingBox())!;
    // The first axis, from its upper end to the middle.
    const [x, top] = [box.x + 44, box.y + box.height - 24 - 260];
    await page.mouse.move(x, top);
    await page.mouse.down();
    await page.mouse.move(x, top + 60);
    await page.mouse.move(x, top + 120);
    await page.mouse.up();
    await expect.poll(() => rows(page), growth).toBe(4);
    await page.getByRole('button', { name: 'training loss' }).click();
    const query = new URL(page.url()).search;
    expect(query).toMatch(/quantity=trainLoss&.*brush=optimizer.learningRate/);
    const first = await page.locator('tr[data-run]').first().getAttribute('data-run');
    await page.goto(`${address}/sweeps/grid${query}`);
    await expect.poll(() => rows(page), growth).toBe(4);
    expect(await page.locator('tr[data-run]').first().getAttribute('data-run')).toBe(first);
    const file = page.waitForEvent('download');
    await page.getByLabel('Save the numbers of grid-parallel as CSV').click();
    const saved = readFileSync(await (await file).path(), 'utf8');
    expect(saved).toContain('within_marked_parts');
    expect(
      saved
        .trim()
        .split('\r\n')
        .filter((line) => line.endsWith(',1')),
    ).toHaveLength(2);
    await parallel(page).focus();
    await page.keyboard.press('0');
    await expect.poll(() => rows(page), growth).toBe(8);
  });

  it('says that the server is away, goes on when it is back, and follows its runs', async () => {
    const { page, runs, server } = await serve('/sweeps/grid');
    await page.locator('[data-ended="8"]').waitFor();
    await server.stop();
    await lost(page).waitFor();
    const record = recordOf({ name: 'grid', axes, seeds: 2 });
    writeSweep(runs, record, ({ cell }) => (cell === 3 ? unfinished('failed') : finished(0.5 + 0.1 * cell)));
    await server.start();
    await lost(page).waitFor({ state: 'detached' });
    await page.getByText('6 of 8 runs finished, 2 failed').waitFor();
    await page.locator('[aria-label="Matrix"] svg').getByText('× failed').waitFor();
  });

  it('of which there is none, or whose note is damaged, is said to be so', async () => {
    const { page, runs, address } = await serve('/sweeps/grip');
    await page.getByText('did you mean "grid"?').waitFor();
    writeFileSync(join(runs, '.sweeps', 'torn.json'), '{}');
    await page.goto(`${address}/sweeps/torn`);
    await page.getByText('expected the note of a sweep').waitFor();
  });

  it('without axes, with one, with five, and with 1,000 cells is shown within two seconds', async () => {
    const { page, runs, address, defects } = await serve('/sweeps');
    const values = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
    const five = { a: [1, 2], b: ['x', 'y'], c: [true, false], d: [[1], [2, 3]], e: [0.1, 0.2] };
    const many = { 'optimizer.learningRate': values(40), 'optimizer.batchSize': values(25) };
    const sweeps = { none: {}, one: { 'model.hidden': [[8], [16, 16]] }, five, many };
    for (const [name, own] of Object.entries(sweeps))
      writeSweep(runs, recordOf({ name, axes: own, seeds: name === 'none' ? 3 : 1 }), ({ cell }) =>
        cell % 50 === 7 ? unfinished('failed') : finished(0.3 + 0.0005 * cell),
      );
    for (const name of Object.keys(sweeps)) {
      await page.goto(`${address}/sweeps/${name}`);
      const begun = performance.now();
      await page
        .getByRole('region', { name: `Figure ${name}-matrix` })
        .locator('svg rect')
        .first()
        .waitFor();
      await page
        .getByRole('region', { name: `Figure ${name}-parallel` })
        .locator('svg circle')
        .first()
        .waitFor();
      expect(performance.now() - begun, name).toBeLessThan(2000);
      await picture(page, name);
    }
    const drawn = await page.locator('[aria-label="Matrix"] svg rect:has(title)').count();
    expect([drawn, await rows(page)]).toEqual([1000, 100]);
    await page.getByRole('button', { name: 'Show 500 more of 900' }).click();
    expect(await rows(page)).toBe(600);
    expect(defects).toEqual([]);
  });
});

describe('the queue', () => {
  it('shows runs and workers, and lets runs be cancelled, tried again and moved', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const queue = await createRedisQueue({ url: redis.url });
    onTestFinished(() => queue.close());
    for (const id of ['a', 'b', 'c', 'd']) queue.start(queuedRun(id), () => undefined).done.catch(() => undefined);
    const manager = await openQueueManager(redis.url, () => undefined);
    onTestFinished(() => manager.close());
    const address = await new RestartableServer(temporaryRuns(), pageDirectory, { queue: manager }).start();
    const { page, defects } = await openPage(browser);
    page.setDefaultTimeout(patience);
    await page.goto(`${address}/sweeps`);
    await page.getByRole('link', { name: 'Queue and workers' }).click();
    const job = (id: string) => page.locator(`tr[data-job="${id}@end"]`);
    const choose = (id: string) => page.getByRole('checkbox', { name: `Choose ${id}@end` }).check();
    await job('d').waitFor();
    await choose('d');
    await page.getByLabel('Priority').fill('1');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await expect.poll(() => page.locator('tr[data-job]').first().getAttribute('data-job'), growth).toBe('d@end');
    await page.getByRole('button', { name: 'Clear' }).click();
    await choose('c');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await job('c').waitFor({ state: 'detached' });

    const { worker } = await playedWorker(redis.url, { train: untilStopped }, { signEvery: 200 });
    await page.locator(`tr[data-worker="${worker.name}"]`).getByText('just now').waitFor();
    await page.locator('tr[data-job="d@end"][data-state="active"]').waitFor();
    await picture(page, 'queue');
    expect(await seriousFindings(page)).toEqual([]);
    await choose('d');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.locator('tr[data-job="d@end"][data-state="failed"]').waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('is paused').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('tr[data-job="d@end"][data-state="waiting"]').waitFor();
    await redis.kill();
    await lost(page).waitFor();
    expect(await job('d').count()).toBe(1);
    await redis.restart();
    await lost(page).waitFor({ state: 'detached' });
    expect(defects.filter((text) => !/status of 50\d/.test(text))).toEqual([]);
  });
});
