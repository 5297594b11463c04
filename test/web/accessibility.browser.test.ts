import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LandscapeBody, MeasurementBody } from '../../src/contract/index.ts';
import { createServer, listen } from '../../src/server/index.ts';
import { trashRun, writeSweepRecord } from '../../src/store/index.ts';
import { paperNames, runTabs, theoryTopics } from '../../web/src/lib/routes.ts';
import { realData } from '../data/support.ts';
import { builtProcesses } from '../run/built-processes.ts';
import { builtStudies } from '../server/built-studies.ts';
import { seriousFindings } from './accessibility.ts';
import { trainOnImages, trainWithEveryProbe, trainWithoutProbes } from './measured-run.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory } from './page.ts';
import { recordOf } from './sweeps/recorded-sweep.ts';

const patience = 60_000;
const runs = mkdtempSync(join(tmpdir(), 'thalweg-accessible-'));
const none = mkdtempSync(join(tmpdir(), 'thalweg-accessible-none-'));
let browser: Browser;
let server: FastifyInstance;
let empty: FastifyInstance;
let addresses: { readonly full: string; readonly empty: string };

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
  await trainWithEveryProbe(runs);
  await trainWithoutProbes(runs);
  await trainWithoutProbes(runs, 'thrown-away');
  await trainOnImages(runs, realData);
  trashRun(runs, 'thrown-away');
  writeSweepRecord(runs, sweep);
  const processes = { ...builtProcesses(1), ...builtStudies() };
  server = createServer({ runsDirectory: runs, pageDirectory, dataDirectory: realData, ...processes });
  empty = createServer({ runsDirectory: none, pageDirectory });
  const port = { host: '127.0.0.1', port: 0 };
  addresses = { full: await listen(server, port), empty: await listen(empty, port) };
  await compute('landscapes', { what: 'surface', points: 5, examples: 60 }, 'measured', 'landscapes');
  const examples: MeasurementBody = {
    quantity: { kind: 'per-example-hessian-trace', method: 'exact', examples: 40 },
  };
  await compute('measurements', examples, 'images', 'measurements');
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await empty?.close();
  for (const folder of [runs, none]) rmSync(folder, { recursive: true, force: true });
});

/** Computes something from a run over HTTP, until its result lies in the folder of the run. */
async function compute(
  path: string,
  body: LandscapeBody | MeasurementBody,
  run: string,
  results: 'landscapes' | 'measurements',
): Promise<void> {
  const answer = await fetch(`${addresses.full}/api/runs/${run}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  const kept = async (): Promise<number> => {
    const detail = await fetch(`${addresses.full}/api/runs/${run}`);
    return ((await detail.json()) as Record<typeof results, readonly unknown[]>)[results].length;
  };
  await vi.waitUntil(async () => (await kept()) === 1, { timeout: patience, interval: 200 });
}

/** A sweep whose runs are those of the folder, but for one that was not begun. */
const planned = recordOf({
  name: 'swept',
  axes: { 'optimizer.learningRate': [0.1, 1], 'data.name': ['a', 'b'] },
  seeds: 1,
});
const swept = ['measured', 'plain', 'images', 'missing'];
const sweep = { ...planned, runs: planned.runs.map((run, index) => ({ ...run, id: swept[index]! })) };

interface View {
  readonly path: string;
  /** Something that is there when the view is whole. */
  readonly shows: string;
  /** What is done in it first. */
  readonly act?: (page: Page) => Promise<void>;
  /** In a folder without runs. */
  readonly isEmpty?: boolean;
}

const inDialog = (button: string, path = '/'): View => ({
  path,
  shows: 'dialog[open] h2',
  act: async (page) => {
    await page.locator('main h1').first().waitFor();
    if (path === '/') await page.getByRole('checkbox', { name: 'Choose plain', exact: true }).check();
    await page.getByRole('button', { name: button, exact: true }).first().click();
  },
});

const views: Readonly<Record<string, View>> = {
  'the list of runs': { path: '/?columns=status,optimizer.learningRate,curve,tags', shows: 'tr[data-run]' },
  'the list of runs with some chosen': {
    path: '/',
    shows: 'tr[data-run]',
    act: (page) => page.getByRole('checkbox', { name: 'Choose plain', exact: true }).check(),
  },
  'an empty list of runs': { path: '/', shows: '[data-empty="runs"]', isEmpty: true },
  'a search without results': { path: '/?q=nobody', shows: '[data-empty="search"]' },
  'the dialog of columns': inDialog('Columns'),
  'the dialog of tags': inDialog('Tag'),
  'the dialog that deletes': inDialog('Delete'),
  'the trash': { path: '/trash', shows: 'main table, main li' },
  'an empty trash': { path: '/trash', shows: 'main h1', isEmpty: true },
  ...Object.fromEntries(
    runTabs.flatMap((tab) => [
      [`the tab ${tab}`, { path: `/runs/measured/${tab}`, shows: '[data-run="measured"] > :nth-child(3)' }],
      [`the tab ${tab} of a run without probes`, { path: `/runs/plain/${tab}`, shows: '[data-run] > :nth-child(3)' }],
    ]),
  ),
  'single examples of a run': { path: '/runs/images/margins', shows: '[data-brush]' },
  'a landscape in space': { path: '/runs/measured/landscape?view=3d', shows: 'canvas[data-ready="true"]' },
  'the specification beside another': {
    path: '/runs/measured/specification?against=plain&keys=all',
    shows: 'tr[data-changed]',
  },
  'the dialog of a fork': { path: '/runs/measured?fork=10', shows: 'dialog[open] h2' },
  'a run that is not there': { path: '/runs/nobody', shows: '[role=alert]' },
  'a comparison': { path: '/compare?runs=measured,plain,images', shows: '[data-panel] canvas' },
  'an empty comparison': { path: '/compare', shows: 'main h1' },
  'the dialog that chooses runs': inDialog('Choose runs', '/compare'),
  'the sweeps': { path: '/sweeps', shows: 'tr[data-sweep]' },
  'no sweeps': { path: '/sweeps', shows: '[data-empty="sweeps"]', isEmpty: true },
  'a sweep': { path: '/sweeps/swept', shows: '[data-figure="swept-parallel"] svg' },
  'a sweep of which a part is marked': {
    path: '/sweeps/swept?brush=optimizer.learningRate:0.5~1&y=none&scale=log&sort=descending',
    shows: '[data-brushed="true"] svg',
  },
  'a sweep that is not there': { path: '/sweeps/nothing', shows: '[role=alert]' },
  'a queue that is not there': { path: '/queue', shows: '[data-empty="queue"]' },
  'the studies': { path: '/studies?scale=smoke', shows: '[data-paper]' },
  'the dialog of a study': inDialog('Start paper R', '/studies?scale=smoke'),
  ...Object.fromEntries(
    paperNames.map((paper) => [`paper ${paper}`, { path: `/studies/${paper}?scale=smoke`, shows: '[data-claim]' }]),
  ),
  ...Object.fromEntries(
    ['text', 'experiments', 'figures', 'tables'].map((part) => [
      `the ${part} of a paper`,
      { path: `/studies/r?scale=smoke&part=${part}`, shows: '[data-paper]' },
    ]),
  ),
  'a claim': { path: '/studies/w?scale=smoke&claim=W-barrier.rare', shows: '[data-open-claim]' },
  ...Object.fromEntries(
    theoryTopics.map((topic) => [
      `theory of ${topic}`,
      { path: `/theory/${topic}?pause=1`, shows: 'main svg, main canvas' },
    ]),
  ),
  'a new run': { path: '/new', shows: '#field-duration' },
  'a new run after a study': { path: '/new?study=walk-mlp-mnist&scale=smoke', shows: '#field-duration' },
  'a new run with problems': {
    path: '/new?study=quickstart&scale=smoke',
    shows: '[aria-label="Problems"]',
    act: (page) => page.locator('#field-duration').fill('2 epoch s'),
  },
  'an address that nothing has': { path: '/nowhere/at/all', shows: 'main h1' },
};

/** Colours do not depend on the width, nor places on the colours: two looks have both of each. */
const looks = [
  { colorScheme: 'light', width: 1440 },
  { colorScheme: 'dark', width: 380 },
] as const;

describe('an accessibility check has no serious finding in', () => {
  it.each(Object.entries(views))('%s, light and wide, dark and narrow', async (name, { path, shows, act, isEmpty }) => {
    const { page, defects } = await openPage(browser);
    page.setDefaultTimeout(patience);
    await page.goto((isEmpty ? addresses.empty : addresses.full) + path);
    await act?.(page);
    await page.locator(shows).first().waitFor();
    await expect
      .poll(() => page.getByText(/(: loading|: drawing|^Loading|what the runs recorded) …$/).count(), {
        timeout: patience,
      })
      .toBe(0);
    for (const { colorScheme, width } of looks) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 1000 });
      await page.waitForTimeout(150);
      const look = `${colorScheme}, ${width} pixels`;
      expect.soft(await seriousFindings(page), look).toEqual([]);
      expect
        .soft(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), look)
        .toBeLessThanOrEqual(0);
      if (process.env['PICTURES'])
        await page.screenshot({
          path: join(outputDirectory, `a11y-${name.replaceAll(' ', '-')}-${colorScheme}-${width}.png`),
          fullPage: true,
        });
    }
    expect(defects.filter((text) => !/status of 404|GPU stall/.test(text))).toEqual([]);
  });
});
