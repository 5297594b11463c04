import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openPage, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function open(path: string, width = 1440): Promise<{ page: Page; defects: string[] }> {
  const server = new RestartableServer(temporaryRuns(), pageDirectory);
  const address = await server.start();
  const opened = await openPage(browser, { viewport: { width, height: 900 } });
  await opened.page.goto(address + path);
  return opened;
}

const plots = '[data-topic="surface"] .plots';
const reading = async (page: Page, name: string): Promise<number> =>
  Number((await page.locator(plots).getAttribute(`data-${name}`)) ?? NaN);

describe('theory in the page', () => {
  it('moves a thousand particles until their histogram is Boltzmann’s law', async () => {
    const { page, defects } = await open('/theory?speed=50&step=0.2&noise=0.4');
    await expect.poll(() => reading(page, 'distance'), { timeout: 120_000 }).toBeLessThan(0.05);
    expect(await reading(page, 'steps')).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Pause' }).click();
    const stopped = await reading(page, 'steps');
    await page.getByRole('button', { name: 'One step' }).click();
    await expect.poll(() => reading(page, 'steps')).toBeGreaterThan(stopped);
    expect(defects).toEqual([]);
  });

  it('keeps what was chosen in its address', async () => {
    const { page, defects } = await open('/theory');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByLabel('Noise γ′', { exact: true }).press('ArrowRight');
    await page.getByLabel('Rule').selectOption('diagonal-difference');
    await page.getByLabel('Particles, typed').fill('50');
    await page.getByLabel('Particles, typed').press('Enter');
    await page.waitForURL(/noise=0\.21/);
    await page.waitForURL(/drift=diagonal-difference/);
    await page.waitForURL(/particles=50/);
    await page.reload();
    expect(await page.getByLabel('Rule').inputValue()).toBe('diagonal-difference');
    expect(await page.getByLabel('Noise γ′, typed').inputValue()).toBe('0.21');
    await page.getByText('no stationary law').waitFor();
    expect(defects).toEqual([]);
  });

  it('takes a quadratic through its regimes with the learning rate', async () => {
    const { page, defects } = await open('/theory/quadratic');
    const regimes = async (): Promise<(string | null)[]> => {
      const all = await page.locator('[data-regime]').all();
      return Promise.all(all.map((one) => one.getAttribute('data-regime')));
    };
    const rate = page.getByLabel('Learning rate η, typed');
    for (const [eta, expected] of [
      ['0.5', 'over-damped'],
      ['1', 'critical'],
      ['1.5', 'under-damped'],
      ['2', 'oscillating'],
      ['2.5', 'diverging'],
    ] as const) {
      await rate.fill(eta);
      await rate.press('Enter');
      await expect.poll(async () => [eta, ...(await regimes())]).toEqual([eta, expected, 'over-damped']);
    }
    await expect.poll(() => page.locator('[data-figure] svg').count()).toBe(2);
    expect(defects).toEqual([]);
  });

  it('reads losses and confidence off at a chosen place', async () => {
    const { page, defects } = await open('/theory/losses?parameter=2&z=-2');
    const hinge = page.getByRole('row', { name: /Hinge/ }).getByRole('cell');
    await expect.poll(() => hinge.allTextContents()).toEqual(['4.00 ', '−1.00']);
    await page.getByRole('link', { name: 'Confidence and curvature' }).click();
    await page.getByLabel('Score of class 1, typed').fill('0');
    await page.getByLabel('Score of class 1, typed').press('Enter');
    await page.getByLabel('Score of class 3, typed').fill('0');
    await page.getByLabel('Score of class 3, typed').press('Enter');
    await page.getByText('0.333, 0.333, 0.333').waitFor();
    // (10² + 1)·(1 − 3·(1/3)²)
    await page.getByText('67.33').waitFor();
    expect(defects).toEqual([]);
  });

  it('fits a narrow and a very wide window', async () => {
    for (const [topic, width] of [
      ['', 380],
      ['/quadratic', 380],
      ['/losses', 380],
      ['/simplex', 380],
      ['', 3840],
    ] as const) {
      const { page, defects } = await open(`/theory${topic}`, width);
      await page.locator('.picture').first().waitFor();
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect([topic, width, overflow]).toEqual([topic, width, 0]);
      expect(defects).toEqual([]);
    }
  });
});
