import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { meanEstimate } from '../../src/statistics/index.ts';
import { seriousFindings } from './accessibility.ts';
import { beginRun, designOf, recordsAt, writeCopies, writeRun } from './compare/recorded-runs.ts';
import type { RecordedRun } from './compare/recorded-runs.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';

const patience = 60_000;
const growth = { timeout: patience, interval: 100 };
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
}, 400_000);
afterAll(() => browser?.close());

const iterations = 60;
const design = designOf([0.1, 1], [32, 256], 3);
const addressOf = (runs: readonly RecordedRun[], query = ''): string =>
  `/compare?runs=${runs.map(({ id }) => id).join(',')}${query}`;

/** The page with these runs compared. */
async function compared(runs: string, address: string): Promise<{ page: Page; defects: string[] }> {
  const opened = await openPage(browser, { acceptDownloads: true });
  await opened.page.goto((await new RestartableServer(runs, pageDirectory).start()) + address);
  return opened;
}

const curves = (page: Page) => page.getByRole('region', { name: 'Curves', exact: true });
const legend = (page: Page) => page.getByRole('region', { name: 'Legend', exact: true });
const drawn = async (page: Page): Promise<number> => Number(await curves(page).getAttribute('data-drawn'));
const isDrawn = (page: Page, count: number): Promise<void> => expect.poll(() => drawn(page), growth).toBe(count);
const range = async (page: Page): Promise<number[]> =>
  [await curves(page).getAttribute('data-from'), await curves(page).getAttribute('data-to')].map(Number);
const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(outputDirectory, `compare-${name}.png`), fullPage: true });
const choice = (page: Page, name: string) => page.getByRole('combobox', { name: new RegExp(`^${name}`) });
/** Switches a group off or on. */
const toggle = (page: Page, group: string): Promise<void> => legend(page).locator(`[data-group="${group}"]`).click();
const plotOf = (page: Page, series: string) => page.locator(`[data-panel="${series}"] .u-over`);

/** Moves the cursor to a place of a panel, in shares of its width and height. */
async function point(page: Page, series: string, across: number, down: number): Promise<void> {
  const box = (await plotOf(page, series).boundingBox())!;
  await page.mouse.move(box.x + across * box.width, box.y + down * box.height);
}

async function drag(page: Page, series: string, from: number, to: number): Promise<void> {
  await point(page, series, from, 0.5);
  await page.mouse.down();
  await point(page, series, (from + to) / 2, 0.5);
  await point(page, series, to, 0.5);
  await page.mouse.up();
}

/** What a click saves. */
async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all<[Promise<Download>, Promise<void>]>([
    page.waitForEvent('download'),
    page.getByRole('button', { name, exact: true }).click(),
  ]).catch(() => Promise.reject(new Error(`nothing was saved as ${name}`)));
  return readFileSync(await download.path());
}

describe('a comparison of runs', () => {
  it('groups them by what differs, with mean, band and N, which the cursor reads', async () => {
    const runs = temporaryRuns();
    for (const run of design) writeRun(runs, run, iterations);
    const { page, defects } = await compared(runs, addressOf(design));
    await isDrawn(page, 4);
    const labels = legend(page).getByRole('button');
    expect(await labels.allInnerTexts()).toEqual(
      ['0.1 · 32', '0.1 · 256', '1 · 32', '1 · 256'].map((label) => `${label}\nN = 3`),
    );
    await picture(page, 'groups');

    const at = 30;
    const values = design.slice(0, 3).map((run) => recordsAt(run, at)[0]!.value);
    const { mean, standardDeviation } = meanEstimate(values);
    const output = page.locator('output').first();
    for (const group of ['0.1 · 256', '1 · 32', '1 · 256']) await toggle(page, group);
    await isDrawn(page, 1);
    const [from, to] = await range(page);
    const read: string[] = [];
    for (let down = 0.05; down < 1; down += 0.05) {
      await point(page, 'train.loss', (at - from!) / (to! - from!), down);
      read.push(await output.innerText());
    }
    const found = read.find((text) => text.includes(`at iteration ${at}`))!;
    expect(found).toContain(`mean of Training loss ${mean.toPrecision(4)}`);
    expect(found).toContain(
      `from ${(mean - standardDeviation).toPrecision(4)} to ${(mean + standardDeviation).toPrecision(4)}`,
    );
    expect(found).toContain('N = 3');
    await expect.poll(() => page.url(), growth).toContain('hide=');
    await page.reload();
    await isDrawn(page, 1);

    await choice(page, 'Band').selectOption('interval');
    await choice(page, 'Show').selectOption('both');
    for (const group of ['0.1 · 256', '1 · 32', '1 · 256']) await toggle(page, group);
    await isDrawn(page, 16);
    await point(page, 'train.loss', 0.5, 0.5);
    expect(defects).toEqual([]);
  });

  it('shows the final figures that are chosen, which the address holds', async () => {
    const runs = temporaryRuns();
    for (const run of design) writeRun(runs, run, iterations);
    const { page, defects } = await compared(runs, addressOf(design));
    const heads = page.getByRole('region', { name: 'Final figures of the groups' }).getByRole('columnheader');
    await expect.poll(() => heads.allInnerTexts(), growth).toEqual(['Group', 'N', 'Training loss', 'Test accuracy']);
    await page.getByText('2 of 3 figures').click();
    await page.getByRole('checkbox', { name: 'Seconds' }).check();
    await page.getByRole('checkbox', { name: 'Training loss' }).uncheck();
    await expect.poll(() => heads.allInnerTexts(), growth).toEqual(['Group', 'N', 'Test accuracy', 'Seconds']);
    await expect.poll(() => new URL(page.url()).searchParams.get('finals'), growth).toContain('testAccuracy,seconds');
    await page.reload();
    await expect.poll(() => heads.allInnerTexts(), growth).toEqual(['Group', 'N', 'Test accuracy', 'Seconds']);
    await page.getByRole('button', { name: 'Seconds' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('sort'), growth).toBe('seconds');
    expect(defects).toEqual([]);
  });

  it('shows single runs by name, seed, value and iteration', async () => {
    const runs = temporaryRuns();
    const [run] = design;
    writeRun(runs, run!, iterations);
    const { page } = await compared(runs, addressOf([run!], '&color=run'));
    await isDrawn(page, 1);
    const output = page.locator('output').first();
    const [from, to] = await range(page);
    const read: string[] = [];
    for (let down = 0.05; down < 1; down += 0.05) {
      await point(page, 'train.loss', (20 - from!) / (to! - from!), down);
      read.push(await output.innerText());
    }
    const value = recordsAt(run!, 20)[0]!.value.toPrecision(4);
    expect(read.join('\n')).toContain(`${run!.id}, seed 1: Training loss ${value} at iteration 20`);
  });

  it('marks and counts what an axis cannot show: NaN, infinities, zeros on a logarithmic one', async () => {
    const runs = temporaryRuns();
    const [a, b] = [design[0]!, design[1]!];
    writeRun(runs, a, iterations, { 10: NaN, 11: Infinity, 12: -Infinity });
    writeRun(runs, b, iterations, { 20: 0, 21: -1 });
    const { page, defects } = await compared(runs, addressOf([a, b], '&show=runs'));
    await isDrawn(page, 2);
    const notes = page.locator('[data-note]');
    expect(await notes.allInnerTexts()).toEqual([
      '1 value is NaN (×, where the curve was last)',
      '1 value is ∞ (▲ at the upper edge)',
      '1 value is −∞ (▼ at the lower edge)',
    ]);
    await page.getByLabel('log y').check();
    await expect.poll(() => notes.last().innerText(), growth).toContain('2 values are ≤ 0');
    const svg = (await saved(page, 'SVG')).toString();
    expect(svg).toContain('2 values are ≤ 0');
    await picture(page, 'marks');
    await choice(page, 'Show').selectOption('mean');
    await expect
      .poll(() => notes.allInnerTexts(), growth)
      .toContainEqual('At 3 places (×) some run is not finite: the mean there is that of the others');
    expect(defects).toEqual([]);
  });

  it('zooms all panels together, and keeps the window in the address', async () => {
    const runs = temporaryRuns();
    for (const run of design) writeRun(runs, run, iterations);
    const { page, defects } = await compared(runs, addressOf(design, '&series=train.loss,batch.loss'));
    await isDrawn(page, 8);
    expect(await range(page)).toEqual([0, iterations - 1]);
    await drag(page, 'batch.loss', 0.25, 0.5);
    await expect.poll(async () => Math.round((await range(page))[0]!), growth).toBe(15);
    await expect.poll(() => new URL(page.url()).searchParams.get('window'), growth).not.toBeNull();
    const window = await range(page);
    expect(window[1]).toBeCloseTo(29.5, 0);
    await page.reload();
    await isDrawn(page, 8);
    expect((await range(page)).map((end) => end.toFixed(2))).toEqual(window.map((end) => end.toFixed(2)));

    await page.getByRole('group', { name: /arrow keys/ }).focus();
    await page.keyboard.press('0');
    await expect.poll(() => range(page), growth).toEqual([0, iterations - 1]);
    await page.keyboard.press('+');
    await expect.poll(async () => (await range(page))[1]! - (await range(page))[0]!, growth).toBeCloseTo(29.5);

    await choice(page, 'Over').selectOption('path');
    await expect.poll(async () => (await range(page))[1], growth).toBeCloseTo(59 * 1.03);
    await choice(page, 'Over').selectOption('epoch');
    await expect.poll(() => range(page), growth).toEqual([0, (iterations - 1) / 10]);
    expect(defects).toEqual([]);
  });

  it('saves what is seen as SVG and PNG, and every value of the window as CSV', async () => {
    const runs = temporaryRuns();
    for (const run of design) writeRun(runs, run, iterations);
    const { page, defects } = await compared(runs, addressOf(design, '&window=10~19&band=none'));
    await isDrawn(page, 4);
    const svg = (await saved(page, 'SVG')).toString();
    expect(svg).toMatch(/^<svg [^]*learning rate:[^]*batch size:/);
    expect(svg).toContain('0.1 · 32: N = 3');
    expect((await saved(page, 'PNG')).subarray(1, 4).toString()).toBe('PNG');
    const [header, ...lines] = (await saved(page, 'CSV')).toString().trimEnd().split('\r\n');
    expect(header).toBe('run,group,seed,series,iteration,coordinate,x,value');
    expect(lines).toHaveLength(10 * design.length);
    const [run] = design;
    expect(
      lines.some(
        (line) => line.startsWith(`${run!.id},0.1 · 32,`) && line.includes(String(recordsAt(run!, 15)[0]!.value)),
      ),
    ).toBe(true);
    expect(defects).toEqual([]);
  });

  it('follows runs that train, and says when one is deleted', async () => {
    const runs = temporaryRuns();
    const [a, b] = [design[0]!, design[1]!];
    const writers = [a, b].map((run) => beginRun(runs, run, 20));
    onTestFinished(() => writers.forEach((writer) => writer.close()));
    const { page, defects } = await compared(runs, addressOf([a, b], '&show=both'));
    await isDrawn(page, 3);
    expect((await range(page))[1]).toBe(19);
    [a, b].forEach((run, index) => {
      for (let iteration = 20; iteration < 40; iteration++) writers[index]!.append(recordsAt(run, iteration));
      writers[index]!.flush();
    });
    await expect.poll(async () => (await range(page))[1], growth).toBe(39);

    writers[1]!.close();
    rmSync(join(runs, b.id), { recursive: true });
    await page.locator(`[data-gone="${b.id}"]`).waitFor({ timeout: patience });
    await isDrawn(page, 2);
    expect(await legend(page).getByRole('button').innerText()).toContain('N = 1');
    await picture(page, 'deleted');
    await choice(page, 'Show').selectOption('mean');
    await expect.poll(() => drawn(page), growth).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Leave it out' }).click();
    await isDrawn(page, 1);
    expect(defects.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('begins empty with a word on how to go on, and chooses runs by a search, by seeds and one by one', async () => {
    const runs = temporaryRuns();
    for (const run of design) writeRun(runs, run, 5);
    const { page, defects } = await compared(runs, '/compare');
    await page.getByRole('link', { name: 'Compare the newest 8' }).waitFor({ timeout: patience });
    await page.getByRole('button', { name: 'Choose runs' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill('lerningRate>0.05');
    await dialog.getByText('did you mean "learningRate"?').waitFor({ timeout: patience });
    await dialog.getByRole('searchbox').fill('learningRate<0.5 batchSize=32');
    await dialog.getByText('3 of 12 runs').waitFor({ timeout: patience });
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByRole('button', { name: 'Add 2 other seeds of the chosen runs' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await isDrawn(page, 1);
    expect(await legend(page).getByRole('button').innerText()).toContain('N = 3');
    expect(new URL(page.url()).searchParams.get('runs')!.split(',')).toHaveLength(3);
    await page.getByRole('button', { name: 'Remove lr0.1-b32-s1' }).click();
    await expect.poll(() => legend(page).getByRole('button').innerText(), growth).toContain('N = 2');
    await page.goBack();
    await expect.poll(() => legend(page).getByRole('button').innerText(), growth).toContain('N = 3');
    expect(defects).toEqual([]);
  });

  it('names a run that does not exist and shows the others', async () => {
    const runs = temporaryRuns();
    writeRun(runs, design[0]!, 5);
    const { page } = await compared(runs, `${addressOf([design[0]!])},nobody`);
    await isDrawn(page, 1);
    await page.getByRole('button', { name: 'Leave nobody out' }).click();
    await expect.poll(() => page.getByText('nobody').count(), growth).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has no serious finding of axe and fits every width, %s', async (colorScheme) => {
    const runs = temporaryRuns();
    for (const run of design) writeRun(runs, run, iterations);
    const { page } = await openPage(browser, { colorScheme });
    const server = await new RestartableServer(runs, pageDirectory).start();
    await page.goto(server + addressOf(design, '&series=train.loss,batch.loss&show=both'));
    await isDrawn(page, 32);
    for (const width of [380, 1440, 2400]) {
      await page.setViewportSize({ width, height: 1000 });
      await page.waitForTimeout(500);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await picture(page, `${colorScheme}-${width}`);
    }
    expect(await seriousFindings(page)).toEqual([]);
  });
});

describe('a comparison of a thousand runs', () => {
  it('is drawn within seconds and stays fluid under the cursor', async () => {
    const runs = temporaryRuns();
    const thousand = designOf([0.01, 0.03, 0.1, 0.3, 1], [16, 32, 64, 128], 50);
    writeCopies(runs, thousand, 50);
    const { page, defects } = await openPage(browser);
    const server = await new RestartableServer(runs, pageDirectory).start();
    const began = performance.now();
    await page.goto(server + addressOf(thousand, '&show=runs'));
    await expect.poll(() => drawn(page), { timeout: patience, interval: 100 }).toBe(1000);
    const seconds = (performance.now() - began) / 1000;
    await picture(page, '1000-runs');
    const hovering = await page.evaluate<number[]>(cursorTimes);
    const times = hovering.sort((a, b) => a - b);
    const measured = {
      runs: thousand.length,
      secondsToPicture: seconds,
      medianHoverMs: times[times.length >> 1],
      worstHoverMs: times.at(-1),
    };
    writeFileSync(join(outputDirectory, 'compare-1000-runs.json'), `${JSON.stringify(measured, null, 2)}\n`);
    expect(seconds, JSON.stringify(measured)).toBeLessThan(30);
    expect(measured.medianHoverMs, JSON.stringify(measured)).toBeLessThan(17);
    expect(await page.locator('output').first().innerText()).not.toBe('');
    expect(defects).toEqual([]);
  });
});

/** Milliseconds that each of many movements of the cursor over a panel takes in the page's thread. */
const cursorTimes = `(() => {
  const target = document.querySelector('[data-panel="train.loss"] .u-over');
  const { left, top, width, height } = target.getBoundingClientRect();
  return Array.from({ length: 200 }, (_, step) => {
    const began = performance.now();
    const place = { clientX: left + (width * step) / 200, clientY: top + height * (0.5 + 0.4 * Math.sin(step / 9)) };
    target.dispatchEvent(new MouseEvent('mousemove', { ...place, bubbles: true }));
    return performance.now() - began;
  });
})()`;
