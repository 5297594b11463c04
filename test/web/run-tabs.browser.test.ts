import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canDraw, figureCatalogue, figureIds } from '../../src/figures/index.ts';
import type { FigureGroup } from '../../src/figures/index.ts';
import { openRun } from '../../src/store/index.ts';
import { runTabs } from '../../web/src/lib/routes.ts';
import { realData } from '../data/support.ts';
import { trainOnImages, trainWithEveryProbe, trainWithoutProbes } from './measured-run.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer } from './page.ts';
import { builtProcesses } from '../run/built-processes.ts';

const patience = 30_000;
const runs = mkdtempSync(join(tmpdir(), 'thalweg-tabs-'));
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
  await trainWithEveryProbe(runs);
  await trainWithoutProbes(runs);
  await trainOnImages(runs, realData);
}, 600_000);
afterAll(async () => {
  await browser?.close();
  rmSync(runs, { recursive: true, force: true });
});

/** A page at a place of a server of its own. */
async function open(path: string, options: BrowserContextOptions = {}) {
  const services = { ...builtProcesses(1), dataDirectory: realData };
  const address = await new RestartableServer(runs, pageDirectory, services).start();
  const { page, defects } = await openPage(browser, options);
  page.setDefaultTimeout(patience);
  await page.goto(address + path);
  return { page, defects, address };
}

/** What is looked at until it is as expected. */
const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: patience, interval: 100 });

const queryOf = (page: Page): Record<string, string> => Object.fromEntries(new URL(page.url()).searchParams);
const figureIn = (page: Page, id: string): Locator => page.locator(`[data-catalogue="${id}"] svg`).first();
/** What a figure says in words. */
const wordsOf = (figure: Locator): Promise<string | null> => figure.textContent();

/** Figures of a group that a run can draw, without those that the tab shows live. */
function drawable(id: string, group: FigureGroup): string[] {
  const run = openRun(runs, id);
  const recorded = new Set(run.series().map(({ name }) => name));
  run.close();
  return figureIds.filter((figure) => {
    const description = figureCatalogue[figure];
    return description.group === group && figure !== 'walk' && canDraw(description, (name) => recorded.has(name));
  });
}

describe('the tabs of a run', () => {
  it.each(['walk', 'curvature', 'noise', 'margins', 'losses'] as const)(
    '%s draws every figure that its group can have',
    async (group) => {
      const { page, defects } = await open(`/runs/measured/${group}`);
      const figures = drawable('measured', group);
      expect(figures.length).toBeGreaterThan(1);
      for (const figure of figures) await figureIn(page, figure).waitFor();
      expect(await page.locator('[data-catalogue]').count()).toBe(figures.length);
      for (const figure of figures)
        expect(await page.locator(`[data-catalogue="${figure}"] a[download]`).getAttribute('href')).toBe(
          `/api/runs/measured/figures/${figure}.csv`,
        );
      expect(defects).toEqual([]);
    },
  );

  it('overview shows one figure of each group, which leads to its tab', async () => {
    const { page, defects } = await open('/runs/measured');
    for (const group of ['walk', 'curvature', 'noise', 'margins', 'losses'])
      await page.locator(`[data-preview="${group}"] svg`).first().waitFor();
    await page.getByRole('link', { name: 'Noise', exact: true }).last().click();
    await page.waitForURL('**/runs/measured/noise');
    expect(defects).toEqual([]);
  });

  it('that are empty are marked, can be opened, and say what records them', async () => {
    const { page, defects } = await open('/runs/plain');
    await eventually(() => page.locator('nav a[data-empty]').allInnerTexts()).toHaveLength(6);
    for (const [title, probe] of [
      ['Curvature', 'kind: hessian-spectrum'],
      ['Noise', 'kind: gradient-noise'],
      ['Margins', 'kind: margins'],
      ['Losses', 'kind: alternative-losses'],
    ]) {
      await page.getByRole('link', { name: `${title} (nothing yet)` }).click();
      await page.locator('[data-empty] pre', { hasText: probe! }).waitFor();
      await page.getByText('thalweg measure plain --quantity').first().waitFor();
    }
    expect(defects).toEqual([]);
  });

  it.each([
    ['light', 380],
    ['dark', 1440],
    ['light', 2400],
  ] as const)('fit in %s colours into %i pixels', { timeout: 400_000 }, async (colorScheme, width) => {
    const { page, defects, address } = await open('/runs/measured', { colorScheme, viewport: { width, height: 900 } });
    for (const tab of runTabs) {
      await page.goto(`${address}/runs/measured/${tab}`);
      await page.locator('[data-run="measured"] > :nth-child(3)').waitFor();
      await eventually(() => page.getByText(/(: loading|: drawing|^Loading) …$/).count()).toBe(0);
      await page.screenshot({ path: join(outputDirectory, `tab-${tab}-${colorScheme}-${width}.png`), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), tab).toBe(0);
    }
    expect(defects).toEqual([]);
  });
});

describe('what a reader chooses in figures', () => {
  it('is an iteration by a slider, and stands in the address', async () => {
    const { page, defects } = await open('/runs/measured/margins');
    await eventually(() => wordsOf(figureIn(page, 'margins'))).toContain('Histogram at iteration 20');
    const slider = page.locator('[data-catalogue="margins"]').getByRole('slider');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await eventually(() => queryOf(page)).toEqual({ iteration: '10' });
    await eventually(() => wordsOf(figureIn(page, 'margins'))).toContain('Histogram at iteration 10');
    await page.getByRole('combobox', { name: 'Margin', exact: true }).selectOption('softmax');
    await eventually(() => queryOf(page)).toEqual({ margin: 'softmax', iteration: '10' });
    await page.reload();
    await eventually(() => wordsOf(figureIn(page, 'margins'))).toMatch(/Softmax margin.*Histogram at iteration 10/);
    expect(await page.locator('[data-catalogue="margins"] a[download]').getAttribute('href')).toContain(
      'margin=softmax&iteration=10',
    );
    await page.locator('[data-catalogue="margins"]').getByRole('slider').press('End');
    await eventually(() => queryOf(page)).toEqual({ margin: 'softmax' });
    expect(defects).toEqual([]);
  });

  it('is a window, which Back takes away', async () => {
    const { page, defects } = await open('/runs/measured/curvature');
    await figureIn(page, 'traces').waitFor();
    await page.getByLabel('Iterations from').fill('5');
    await page.getByLabel('Iterations from').press('Tab');
    await eventually(() => queryOf(page)).toEqual({ from: '5', to: '20' });
    await page.getByRole('button', { name: 'Everything' }).waitFor();
    await page.goBack();
    await eventually(() => queryOf(page)).toEqual({});
    expect(defects).toEqual([]);
  });

  it('is a window, by dragging over a figure, by keys, and for all figures and files at once', async () => {
    const { page, defects, address } = await open('/runs/measured/curvature');
    const pictureOf = (id: string): Locator => page.locator(`[data-catalogue="${id}"] .picture`);
    const traces = pictureOf('traces');
    await figureIn(page, 'traces').waitFor();
    await traces.scrollIntoViewIfNeeded();
    const box = (await traces.boundingBox())!;
    // Axes lie 62 and 18 pixels from the edges: the middle of the figure is about iteration 8.6 of 0 … 20.
    const at = (iteration: number): number => box.x + 62 + ((box.width - 80) * iteration) / 20;
    const windowOf = async (id: string): Promise<(string | null)[]> =>
      Promise.all(['data-from', 'data-to'].map((name) => pictureOf(id).getAttribute(name)));
    expect(await windowOf('traces')).toEqual(['0', '20']);
    await page.mouse.move(at(5), box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(at(8), box.y + box.height / 2, { steps: 3 });
    await page.locator('.picture .u-select').waitFor();
    await page.mouse.move(at(15), box.y + box.height / 2, { steps: 3 });
    await page.mouse.up();
    await eventually(() => queryOf(page)).toEqual({ from: '5', to: '15' });
    for (const figure of ['traces', 'spectrum', 'sharpness']) {
      await eventually(() => windowOf(figure)).toEqual(['5', '15']);
      const csv = await page.locator(`[data-catalogue="${figure}"] a[download]`).getAttribute('href');
      expect(csv).toBe(`/api/runs/measured/figures/${figure}.csv?from=5&to=15`);
    }
    const csv = await (await fetch(`${address}/api/runs/measured/figures/traces.csv?from=5&to=15`)).text();
    const iterations = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[1]));
    expect([Math.min(...iterations), Math.max(...iterations)]).toEqual([5, 15]);
    await page.screenshot({ path: join(outputDirectory, 'tab-curvature-zoomed.png'), fullPage: true });

    await page.reload();
    await figureIn(page, 'traces').waitFor();
    await eventually(() => windowOf('traces')).toEqual(['5', '15']);
    await traces.focus();
    // Each goes on from where the last one led, drawn already or not.
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    await eventually(() => queryOf(page)).toEqual({ from: '6', to: '16' });
    await page.keyboard.press('+');
    await eventually(() => windowOf('spectrum')).toEqual(['9', '14']);
    await page.keyboard.press('0');
    await eventually(() => queryOf(page)).toEqual({});
    await page.goBack();
    await eventually(() => windowOf('traces')).toEqual(['9', '14']);
    await traces.dblclick({ position: { x: 200, y: 150 } });
    await eventually(() => queryOf(page)).toEqual({});
    expect(defects).toEqual([]);
  });

  it('is one window on the overview too, and the files of its curves show it', async () => {
    const { page, defects } = await open('/runs/measured?from=5&to=15');
    const curves = page.getByRole('region', { name: 'Learning curves' });
    await eventually(() => curves.getAttribute('data-from')).toBe('5');
    expect(await page.getByRole('link', { name: 'Save learning curves as SVG' }).getAttribute('href')).toBe(
      '/api/runs/measured/figures/curves.svg?theme=light&from=5&to=15',
    );
    expect(
      await page.getByRole('link', { name: 'Save the numbers of learning curves as CSV' }).getAttribute('href'),
    ).toBe('/api/runs/measured/figures/curves.csv?from=5&to=15');
    await curves.getByRole('button', { name: 'Reset zoom' }).click();
    await eventually(() => queryOf(page)).toEqual({});
    expect(defects).toEqual([]);
  });

  it('is a training loss, by dragging a line, by keys and in a field', async () => {
    const { page, defects } = await open('/runs/measured/losses');
    const line = page.getByRole('slider', { name: 'Training loss at which the run is cut' });
    await line.scrollIntoViewIfNeeded();
    const box = (await line.boundingBox())!;
    const chosen = (): number => Number(queryOf(page)['trainingLoss']);
    await page.mouse.move(box.x + 100, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + box.height * 0.8, { steps: 3 });
    await page.mouse.up();
    await eventually(chosen).toBeGreaterThan(1);
    const dragged = chosen();
    await eventually(() => wordsOf(figureIn(page, 'loss-slice'))).toContain(`${dragged} nat`);
    await line.focus();
    await page.keyboard.press('ArrowUp');
    await eventually(chosen).toBeGreaterThan(dragged);
    await page.getByRole('spinbutton', { name: /Compare at a training loss/ }).fill('2.1');
    await page.keyboard.press('Enter');
    await eventually(chosen).toBe(2.1);
    await eventually(() => wordsOf(figureIn(page, 'loss-slice'))).toContain('2.1 nat');
    expect(defects).toEqual([]);
  });
});

describe('single examples', () => {
  it('are measured from the page, brushed, and shown as images; the result is there next time', async () => {
    const { page, defects, address } = await open('/runs/images/margins');
    await page.getByRole('spinbutton', { name: 'Examples' }).fill('60');
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    const brush = page.locator('[data-brush]');
    await brush.waitFor({ timeout: 60_000 });
    await page.getByRole('heading', { name: 'All 60 examples' }).waitFor();
    const image = page.locator('[data-example] img').first();
    await image.scrollIntoViewIfNeeded();
    await eventually(() => page.evaluate('document.querySelector("[data-example] img").naturalWidth')).toBe(28);

    const prediction = page.locator('[data-example] [data-prediction]').first();
    await eventually(() => prediction.innerText()).toMatch(/^predicted \d \([\d.]+ %\), (correct|wrong)$/);

    await brush.scrollIntoViewIfNeeded();
    const box = (await brush.boundingBox())!;
    await page.mouse.move(box.x + 1, box.y + 1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const inBox = page.getByRole('heading', { name: /of 60 examples in the rectangle/ });
    await inBox.waitFor();
    const words = await inBox.innerText();
    expect(Number.parseInt(words, 10)).toBeLessThan(60);
    expect(await page.locator('[data-example]').count()).toBe(Number.parseInt(words, 10));

    // The address follows a little later.
    await eventually(() => Object.keys(queryOf(page))).not.toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: words }).waitFor();
    await page.getByLabel('Hessian trace from').fill('-1000');
    await page.getByLabel('Hessian trace from').press('Tab');
    await page.getByRole('heading', { name: '60 of 60 examples' }).waitFor();
    await page.goto(`${address}/runs/images/margins`);
    await brush.waitFor();
    expect(defects).toEqual([]);
  });

  it('of sequences are drawn as curves', async () => {
    const { page, defects } = await open('/runs/measured/margins?measure=5');
    await page.getByRole('spinbutton', { name: 'Examples' }).fill('40');
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    await page.locator('[data-example] path[d^="M0"]').first().waitFor({ timeout: 60_000 });
    expect(queryOf(page)['measured']).toMatch(/-at-5-/);
    expect(defects).toEqual([]);
  });

  it('cannot be measured where there is nothing to measure, and the page says why', async () => {
    const { page } = await open('/runs/measured/margins?measure=7');
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    await page.getByRole('alert').getByText('expected an iteration with a checkpoint, got 7').waitFor();
  });
});

describe('landscapes', () => {
  it('are computed from the page, kept, and shown as contour lines and in space', async () => {
    const { page, defects, address } = await open('/runs/measured/landscape');
    const points = page.getByLabel('Points along an axis');
    const form = page.getByRole('form', { name: 'Compute a landscape' });
    await points.fill('7');
    await page.getByText('49 losses').waitFor();
    await eventually(() => form.getByRole('status').innerText()).toMatch(/^About [\d.]+ s on this machine\.$/);
    await page.getByRole('button', { name: 'Compute' }).click();
    await page.locator('[data-figure^="measured-surface"] svg').waitFor({ timeout: 60_000 });

    await form.getByRole('combobox', { name: 'Landscape' }).selectOption('trajectory');
    await points.fill('7');
    await page.getByRole('button', { name: 'Compute' }).click();
    await page.waitForURL(/landscape=trajectory/, { timeout: 60_000 });
    await page.getByLabel('Shown as').selectOption('3d');
    const canvas = page.locator('canvas[data-ready="true"]');
    await canvas.waitFor();
    const before = await canvas.screenshot();
    await canvas.focus();
    for (let turn = 0; turn < 6; turn++) await page.keyboard.press('ArrowRight');
    expect((await canvas.screenshot()).equals(before)).toBe(false);
    await page.keyboard.press('0');
    await eventually(() => queryOf(page)).toMatchObject({ view: '3d' });
    await page.reload();
    await canvas.waitFor();
    expect(queryOf(page)['view']).toBe('3d');
    await page.screenshot({ path: join(outputDirectory, 'tab-landscape-3d.png'), fullPage: true });

    await form.getByRole('combobox', { name: 'Landscape' }).selectOption('simplex');
    await page.getByLabel('Parts of an edge').fill('4');
    await page.getByRole('button', { name: 'Compute' }).click();
    await page.locator('[data-figure^="measured-simplex"] svg').waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(outputDirectory, 'tab-landscape-simplex.png'), fullPage: true });

    await page.goto(`${address}/runs/measured/landscape`);
    const kept = page.getByRole('combobox', { name: 'Landscape' }).first();
    await eventually(() => kept.locator('option').count()).toBe(3);
    expect(defects.filter((text) => !text.includes('GPU stall'))).toEqual([]);
  });
});

describe('checkpoints, log and specification', () => {
  it('lists checkpoints with what can be done from each', async () => {
    const { page, defects } = await open('/runs/measured/checkpoints');
    const row = page.locator('[data-checkpoint="10"]');
    await row.waitFor();
    expect(await row.innerText()).toMatch(/^10\s+2\.00\s+[\d.]+ kB/);
    expect(await row.getByRole('link', { name: 'Fork' }).getAttribute('href')).toBe('/runs/measured?fork=10');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('link', { name: 'Save' }).click(),
    ]);
    const reader = openRun(runs, 'measured');
    const { path } = reader.checkpoints().find(({ iteration }) => iteration === 10)!;
    reader.close();
    expect(readFileSync(await download.path()).equals(readFileSync(path))).toBe(true);
    expect(defects).toEqual([]);
  });

  it('searches the log', async () => {
    const { page } = await open('/runs/measured/log');
    const log = page.getByRole('log');
    await log.waitFor();
    const all = await log.locator('> div').count();
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No line of the log is like that.').waitFor();
    expect(queryOf(page)).toEqual({ search: 'zzz' });
    await page.getByRole('searchbox').fill('');
    await eventually(() => log.locator('> div').count()).toBe(all);
  });

  it('compares the specification with that of another run', async () => {
    const { page, defects } = await open('/runs/measured/specification');
    await page.getByLabel('Compare with').selectOption('plain');
    const row = page.locator('tr[data-changed="true"]', { hasText: 'optimizer.batchSize' });
    await row.waitFor();
    await eventually(() => row.locator('td').allInnerTexts()).toEqual(['50', '60']);
    const rows = page.locator('tr[data-changed]');
    const changed = await rows.count();
    await page.getByLabel('also what is the same').check();
    await eventually(() => rows.count()).toBeGreaterThan(changed);
    await eventually(() => queryOf(page)).toMatchObject({ keys: 'all' });
    await page.reload();
    await eventually(() => rows.count()).toBeGreaterThan(changed);
    expect(queryOf(page)).toEqual({ against: 'plain', keys: 'all' });
    expect(defects).toEqual([]);
  });
});
