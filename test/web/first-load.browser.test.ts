import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSweepRecord } from '../../src/store/index.ts';
import { builtStudies } from '../server/built-studies.ts';
import { launchChromium, openPage, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';
import { recordOf } from './sweeps/recorded-sweep.ts';
import { writeWalk } from './walking-run.ts';

let browser: Browser;
beforeAll(async () => void (browser = await launchChromium()));
afterAll(() => browser?.close());

/** Bytes of scripts, styles and the document that a view may cost whoever opens it for the first time, three.js aside. */
const most = 250 * 1024;

/** Compressed bytes of everything but data that came over the wire until the view asked for nothing any more. */
async function codeOf(page: Page, address: string): Promise<number> {
  const requests: Request[] = [];
  page.on('requestfinished', (request) => {
    if (['document', 'script', 'stylesheet'].includes(request.resourceType())) requests.push(request);
  });
  // An event stream never ends: quiet is when no code came for a while.
  await page.goto(address);
  for (let seen = -1; seen < requests.length;) {
    seen = requests.length;
    await page.waitForTimeout(1500);
  }
  const sizes = await Promise.all(requests.map((request) => request.sizes()));
  return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
}

describe('the first load', () => {
  it.each([
    '/',
    '/runs/walk',
    '/runs/walk/walk',
    '/runs/walk/curvature',
    '/compare?runs=walk',
    '/sweeps',
    '/sweeps/swept',
    '/queue',
    '/studies',
    '/theory',
    '/new',
    '/trash',
  ])('of %s is below 250 KB compressed', async (view) => {
    const runs = temporaryRuns();
    writeWalk(runs, 'walk', { iterationsPerEpoch: 40, iterations: 80, interpolated: 4, points: 11, seed: 1 });
    writeSweepRecord(runs, recordOf({ name: 'swept', axes: { 'optimizer.learningRate': [0.1, 1] }, seeds: 1 }));
    const { page } = await openPage(browser);
    const bytes = await codeOf(page, (await new RestartableServer(runs, pageDirectory, builtStudies).start()) + view);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(most);
  });
});
