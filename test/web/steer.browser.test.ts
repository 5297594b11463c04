import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRun } from '../../src/store/index.ts';
import { builtProcesses } from '../run/built-processes.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';

const patience = 60_000;
const growth = { timeout: patience, interval: 100 };
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** The page of new runs over an empty folder, with its form ready. */
async function newRun(query = '') {
  const runs = temporaryRuns();
  const address = await new RestartableServer(runs, pageDirectory, builtProcesses(4)).start();
  const { page, defects } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(`${address}/new${query}`);
  await page.locator('#field-duration').waitFor();
  return { runs, address, page, defects };
}

const steer = (page: Page, name: string) => page.getByRole('group', { name: 'Steer this run' }).getByText(name);
const untilStatus = (page: Page, status: string) => page.locator(`[data-status="${status}"]`).waitFor();
/** The other tab may see the run go on before it could click. */
const tryToContinue = (page: Page) =>
  steer(page, 'Continue')
    .click({ timeout: 5000 })
    .catch(() => undefined);
const iterationOf = async (page: Page): Promise<number> =>
  Number(await page.locator('[data-iteration]').getAttribute('data-iteration'));
const valueOf = (page: Page, key: string): Promise<string> => page.locator(`[id="field-${key}"]`).inputValue();

describe('a run is steered in the browser', () => {
  it('from the form to two futures, in two tabs', async () => {
    const { runs, address, page, defects } = await newRun('?study=quickstart&scale=smoke');
    await page.locator('#field-duration').fill('100000 epochs');
    await page.locator('[id="field-optimizer.learningRate"]').fill('0.05');
    await page.getByRole('button', { name: 'Start' }).click();
    await untilStatus(page, 'running');
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]!);
    await expect.poll(() => iterationOf(page), growth).toBeGreaterThan(20);

    const other = await openPage(browser);
    other.page.setDefaultTimeout(patience);
    await other.page.goto(`${address}/runs/${id}`);
    await steer(page, 'Pause').click();
    await Promise.all([untilStatus(page, 'paused'), untilStatus(other.page, 'paused')]);
    const paused = await iterationOf(page);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await iterationOf(page)).toBe(paused);

    await Promise.all([steer(page, 'Continue').click(), tryToContinue(other.page)]);
    await Promise.all([untilStatus(page, 'running'), untilStatus(other.page, 'running')]);
    await expect.poll(() => iterationOf(page), growth).toBeGreaterThan(paused);

    await steer(other.page, 'Stop').click();
    await Promise.all([untilStatus(page, 'interrupted'), untilStatus(other.page, 'interrupted')]);
    await Promise.all([steer(page, 'Continue').click(), tryToContinue(other.page)]);
    await untilStatus(page, 'running');
    const log = openRun(runs, id);
    expect(log.logLines().lines.filter(({ msg }) => msg.startsWith('resumed'))).toHaveLength(1);
    log.close();

    await other.page.goto(`${address}/runs/${id}/walk?fork=12`);
    const opened = other.page.getByRole('dialog').getByLabel('Iteration');
    await opened.waitFor();
    expect(await opened.inputValue()).toBe('12');
    await other.page.goBack();

    const plot = page.locator('[data-panel="losses"] .u-over');
    await plot.click({ modifiers: ['Alt'], position: { x: 60, y: 60 } });
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const at = Number(await dialog.getByLabel('Iteration').inputValue());
    expect(at).toBeGreaterThan(0);
    expect(at).toBe(Number(new URL(page.url()).searchParams.get('fork')));
    await dialog.getByLabel('Learning rate').fill('0.2');
    await dialog.getByLabel('Other changes').fill('optimizer.learningrat=1');
    await dialog.getByRole('button', { name: 'Fork' }).click();
    await dialog.getByRole('alert').getByText('did you mean "learningRate"?').waitFor();
    await page.screenshot({ path: join(outputDirectory, 'steer-fork.png') });
    await dialog.getByLabel('Other changes').fill('name=The other future');
    await dialog.getByRole('button', { name: 'Fork' }).click();
    await page.getByRole('heading', { name: 'The other future' }).waitFor();
    await untilStatus(page, 'running');
    await page
      .getByText(`at iteration ${at.toLocaleString('en')}`)
      .first()
      .waitFor();
    const child = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]!);
    expect(await page.getByRole('link', { name: 'The two futures' }).getAttribute('href')).toBe(
      `/compare?runs=${encodeURIComponent(`${id},${child}`)}`,
    );
    const reader = openRun(runs, child);
    expect(reader.file()).toMatchObject({
      parent: { run: id, iteration: at },
      specification: { optimizer: { learningRate: 0.2 } },
    });
    reader.close();
    expect([...defects, ...other.defects].filter((defect) => !/status of 4\d\d/.test(defect))).toEqual([]);
  });

  it('by keys alone: started, paused, continued, forked and stopped', async () => {
    const { runs, page, defects } = await newRun('?study=quickstart&scale=smoke');
    const focused = page.locator(':focus');
    /** Goes with Tab to what has this name; fails where no way leads there. */
    const tabTo = async (name: string | RegExp, role: 'button' | 'textbox'): Promise<void> => {
      const wanted = page.getByRole(role, { name, exact: true });
      for (let steps = 0; steps < 250; steps++) {
        await page.keyboard.press('Tab');
        if ((await wanted.and(focused).count()) > 0) return;
      }
      throw new Error(`Tab does not lead to ${String(name)}`);
    };
    const type = async (text: string): Promise<void> => {
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(text);
    };
    await tabTo(/^Duration/, 'textbox');
    await type('100000 epochs');
    await tabTo('Start', 'button');
    await page.keyboard.press('Enter');
    await untilStatus(page, 'running');
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]!);
    await expect.poll(() => iterationOf(page), growth).toBeGreaterThan(20);

    await tabTo('Pause', 'button');
    await page.keyboard.press('Space');
    await untilStatus(page, 'paused');
    await tabTo('Continue', 'button');
    await page.keyboard.press('Enter');
    await untilStatus(page, 'running');

    // In a figure F asks for a fork; the dialog takes the focus, keeps it and gives it back.
    const panels = page.locator('[aria-label="Learning curves"] .panels');
    for (let steps = 0; steps < 60 && (await panels.and(focused).count()) === 0; steps++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('f');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => panels.and(focused).count()).toBe(1);
    await page.keyboard.press('f');
    await dialog.waitFor();
    await tabTo(/^Iteration/, 'textbox');
    await type('12');
    await tabTo(/^Learning rate/, 'textbox');
    await type('0.2');
    await page.keyboard.press('Enter');
    await page.getByText('at iteration 12').first().waitFor();
    await untilStatus(page, 'running');
    const child = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]!);
    await tabTo('Stop', 'button');
    await page.keyboard.press('Enter');
    await untilStatus(page, 'interrupted');
    const reader = openRun(runs, child);
    expect(reader.file()).toMatchObject({
      parent: { run: id, iteration: 12 },
      specification: { optimizer: { learningRate: 0.2 } },
    });
    reader.close();
    await page.goBack();
    await page.locator(`[data-run="${id}"]`).waitFor();
    await tabTo('Stop', 'button');
    await page.keyboard.press('Enter');
    await untilStatus(page, 'interrupted');
    expect(defects.filter((defect) => !/status of 4\d\d/.test(defect))).toEqual([]);
  });

  it('whose form says what is wrong as it is typed, in words and as text, and forgets nothing', async () => {
    const { page, address, defects } = await newRun('?study=quickstart&scale=smoke');
    const duration = page.locator('#field-duration');
    await duration.fill('2 epoch s');
    const problem = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: 'duration' });
    await problem.waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
    await problem.click();
    expect(await page.locator('#field-duration:focus').count()).toBe(1);
    await duration.fill('3 epochs');
    await page.locator('[data-estimate]').waitFor();
    expect(await page.locator('form [role=status]').innerText()).toMatch(/iterations/);

    // Text and form are one.
    const text = page.getByLabel('Specification as text');
    expect(await text.inputValue()).toContain('duration: 3 epochs');
    await text.fill((await text.inputValue()).replace('batchSize: 100', 'batchSize: 25'));
    expect(await valueOf(page, 'optimizer.batchSize')).toBe('25');
    await text.fill('a: [');
    await page.getByText(/^line 1: /).waitFor();
    await page.locator('[id="field-optimizer.batchSize"]').fill('50');
    expect(await text.inputValue()).toContain('batchSize: 50');

    // What only the data can tell is told at its key too.
    await page.locator('[id="field-optimizer.ghostBatchSize"]').fill('7');
    await page.getByRole('button', { name: 'optimizer.ghostBatchSize' }).waitFor();
    await page.locator('[id="field-optimizer.ghostBatchSize"]').fill('');

    // Another update rule keeps what it knows; probes are added, moved and removed by keys.
    await page.locator('#field-optimizer').selectOption('adam');
    expect(await valueOf(page, 'optimizer.batchSize')).toBe('50');
    const names = (): Promise<string[]> => page.locator('.entry b').allInnerTexts();
    const before = await names();
    await page.locator('#field-probes').selectOption('margins');
    await page.getByRole('button', { name: 'Add probe' }).press('Enter');
    await page.getByRole('button', { name: 'Move margins up' }).press('Enter');
    expect(await names()).toEqual([...before.slice(0, -1), 'margins', before.at(-1)]);
    await page.getByRole('button', { name: 'Remove margins' }).press('Enter');
    expect(await names()).toEqual(before);

    // Back, forward and a reload keep what was typed.
    await page.getByLabel('Scale').selectOption('laptop');
    await expect.poll(() => valueOf(page, 'duration'), growth).toBe('100 epochs');
    await page.goBack();
    await expect.poll(() => valueOf(page, 'duration'), growth).toBe('3 epochs');
    await page.reload();
    await expect.poll(() => valueOf(page, 'duration'), growth).toBe('3 epochs');
    await page.getByRole('button', { name: 'Forget the changes' }).click();
    await expect.poll(() => valueOf(page, 'duration'), growth).toBe('2 epochs');

    await page.goto(`${address}/new?like=nobody`);
    await page.getByRole('alert').getByText('expected a run in').waitFor();
    expect(defects.filter((defect) => !/status of 4\d\d/.test(defect))).toEqual([]);
  });

  it('can be read at 380 and 1440 pixels, light and dark', async () => {
    const { page } = await newRun('?study=walk-mlp-mnist&scale=smoke');
    for (const width of [380, 1440]) {
      for (const scheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        await page.screenshot({ path: join(outputDirectory, `new-${width}-${scheme}.png`), fullPage: true });
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        expect([width, overflow]).toEqual([width, 0]);
      }
    }
  });
});
