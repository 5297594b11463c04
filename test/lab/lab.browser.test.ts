import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specificationSchema, type MetricRecord } from '../../src/contract/index.ts';
import { Walk } from '../../src/run/core/index.ts';
import { prepare } from '../../src/run/prepare.ts';
import { isolation } from '../support/static-server.ts';
import { seriousFindings } from '../web/accessibility.ts';
import { launchChromium } from '../web/chromium.ts';
import { describeKeptRuns } from './kept-runs.ts';
import { describeOwnFiles } from './own-files.ts';
import { buildLab, openLab } from './site.ts';

let browser: Browser;
beforeAll(async () => {
  await buildLab();
  browser = await launchChromium({ webgpu: true });
}, 240_000);
afterAll(() => browser?.close());

const patient = { timeout: 120_000 };
/** The policy of the page forbids what axe would evaluate there. */
const withoutPolicy = { bypassCSP: true } as const;

/** Keeps what the page's worker says, so that a test can look at the numbers behind the curves. */
const listen = `
  const Original = Worker;
  globalThis.heard = [];
  globalThis.Worker = class extends Original {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => data.type === 'records' && heard.push(...data.records));
    }
  };
`;

async function recordsOf(page: Page, upTo: number): Promise<MetricRecord[]> {
  const all = await page.evaluate<MetricRecord[]>('heard');
  return all.filter(({ iteration }) => iteration < upTo);
}

describe('the lab', () => {
  it.each([
    ['without isolation', {}],
    ['cross-origin isolated', isolation],
  ] as const)('trains on the processor, %s', async (_, headers) => {
    const { page, defects, updates } = await openLab(browser, '?lesson=walk', headers);
    await page.getByLabel('Learning rate η, typed').fill('0.4');
    await expect.poll(updates, patient).toBeGreaterThan(10);
    await page.locator('[data-figure="walk"] svg').waitFor();
    expect(defects).toEqual([]);
  });

  it('can be turned within 3 s with an empty cache', async () => {
    // The machine does other things as well: the best of three is that of the page.
    const seconds: number[] = [];
    for (let attempt = 0; attempt < 3 && !seconds.some((one) => one < 3); attempt++) {
      const began = performance.now();
      const { page } = await openLab(browser, '?lesson=walk');
      await page.getByLabel('Learning rate η, typed').fill('0.4');
      seconds.push((performance.now() - began) / 1000);
    }
    expect(Math.min(...seconds)).toBeLessThan(3);
  });

  it.each([
    ['noise', 'noise.scale', 'noise'],
    ['margins', 'margin.outputHistogram', 'margins-over-training'],
  ] as const)('measures what the lesson on %s shows', async (lesson, series, figure) => {
    const { page, defects } = await openLab(browser, '');
    await page.addInitScript(listen);
    await page.goto(`${page.url()}?lesson=${lesson}`);
    await page.locator(`[data-figure="${figure}"] svg`).waitFor(patient);
    const found = (await recordsOf(page, Infinity)).filter((record) => record.series === series);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ value }) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(defects).toEqual([]);
  });

  it('trains on the GPU', async () => {
    const { page, server, defects, updates } = await openLab(browser, '?lesson=sharpness&device=webgpu');
    await expect.poll(updates, patient).toBeGreaterThan(0);
    expect(server.asked.some((path) => path.endsWith('.asyncify.wasm'))).toBe(true);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(defects).toEqual([]);
  });

  it('measures what a run in Node measures', async () => {
    const { page, updates } = await openLab(browser, '', {});
    await page.addInitScript(listen);
    await page.goto(`${page.url()}?lesson=sharpness`);
    await expect.poll(updates, patient).toBeGreaterThan(11);
    const there = await recordsOf(page, 11);
    const here = await recordsInNode(11);
    expect(there.map(({ series, iteration }) => [series, iteration])).toEqual(
      here.map(({ series, iteration }) => [series, iteration]),
    );
    there.forEach(({ series, iteration, value }, index) => {
      const expected = here[index]!.value;
      expect(Math.abs(value / expected - 1), `${series} at ${iteration}: ${value} against ${expected}`).toBeLessThan(
        1e-3,
      );
    });
  });

  it('goes on from where it stands when a slider moves, and keeps it in the address', async () => {
    const { page, defects, updates } = await openLab(browser, '?lesson=walk&shown=20');
    await expect.poll(updates, patient).toBeGreaterThan(3);
    const before = await updates();
    const rate = page.getByLabel('Learning rate η, typed');
    await rate.fill('1');
    await rate.press('Enter');
    await page.waitForURL(/eta=1/);
    await expect.poll(updates, patient).toBeGreaterThan(before + 15);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.reload();
    expect(await rate.inputValue()).toBe('1');
    expect(await page.getByLabel('Updates shown, typed').inputValue()).toBe('20');
    expect(defects).toEqual([]);
  });

  it('works without the network after the first load', async () => {
    const { page, server, updates } = await openLab(browser, '?lesson=sharpness');
    await page.getByText('without a network').waitFor(patient);
    await server.stop();
    await page.reload();
    await expect.poll(updates, patient).toBeGreaterThan(2);
    await page.getByRole('link', { name: 'Noise in two dimensions' }).first().click();
    await page.getByRole('heading', { name: 'What Thalweg’s own experiments say' }).waitFor();
    await page.getByText('holds here').first().waitFor();
  });

  it('says why a device does not work, and goes on with another', async () => {
    const plain = await launchChromium();
    try {
      const { page, updates } = await openLab(plain, '?lesson=sharpness&device=webgpu');
      await page.getByRole('alert').getByText('device webgpu').waitFor(patient);
      await page.getByLabel('on the').selectOption('cpu');
      await expect.poll(updates, patient).toBeGreaterThan(0);
    } finally {
      await plain.close();
    }
  });

  it.each([
    '',
    '?lesson=walk',
    '?lesson=sharpness',
    '?lesson=noise',
    '?lesson=margins',
    '?lesson=runs',
    '?lesson=valley',
    '?lesson=langevin',
    '?lesson=losses',
    '?lesson=confidence',
  ])('is accessible, light and dark, and fits a narrow window: %s', async (query) => {
    const { page, defects } = await openLab(
      browser,
      query,
      {},
      { ...withoutPolicy, viewport: { width: 380, height: 800 } },
    );
    await page.locator('main h1').waitFor();
    await page.locator('main h1 ~ *').first().waitFor();
    const findings = await seriousFindings(page);
    await page.getByRole('button', { name: /^Use .* colours$/ }).click();
    // Colours take some tenths of a second to change.
    await page.waitForTimeout(300);
    expect([...findings, ...(await seriousFindings(page))]).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(defects).toEqual([]);
  });
});

describeKeptRuns(() => browser);
describeOwnFiles(() => browser);

/** The records of the lesson on sharpness before iteration `upTo`, by the same code on ONNX Runtime for Node. */
async function recordsInNode(upTo: number): Promise<MetricRecord[]> {
  const specification = specificationSchema.parse({
    data: { name: 'mnist-1d', examples: 500, testExamples: 200 },
    model: { name: 'mlp', hidden: [32, 32], activation: 'tanh' },
    optimizer: { name: 'gd', learningRate: 0.5 },
    seed: 1,
    duration: '100000 iterations',
    evaluate: '5 iterations',
    probes: [
      { kind: 'hessian-spectrum', every: '5 iterations', examples: 'all', mostNegative: false, tolerance: 0.01 },
    ],
  });
  const prepared = await prepare(specification, {});
  const walk = await Walk.create(prepared, null);
  const records: MetricRecord[] = [];
  while (walk.iteration < upTo) {
    records.push(...(await walk.visit()));
    if (walk.evaluates) records.push(...(await walk.evaluate()));
    records.push(...(await walk.update()).records);
  }
  await walk.release();
  await prepared.close();
  return records;
}
