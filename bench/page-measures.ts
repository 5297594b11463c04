import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { framesOfKeys, framesOfScrolling, framesOfWaiting, zoomingKeys } from '../test/web/frame-times.ts';
import type { LiveRuns } from './live-runs.ts';
import { bigWalk } from './runs.ts';
import type { ServedRuns } from './served.ts';
import { openView, until, viewMemory, withWork, type View } from './viewed.ts';

/** What the measures of the page share. */
export interface PageBench {
  readonly browser: Browser;
  readonly server: ServedRuns;
  /** Folder with the big run `big` and with those to compare. */
  readonly runs: string;
  /** Folder with a long list of runs. */
  readonly list: string;
  /** Names of the runs to compare. */
  readonly many: readonly string[];
  /** Begins runs that go on. */
  readonly live: (count: number) => LiveRuns;
  readonly say: (text: string) => void;
}

interface Measure {
  readonly folder: 'runs' | 'list';
  readonly take: (bench: PageBench) => Promise<void>;
}

const points = bigWalk.iterations * bigWalk.points;
const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
const opened = ({ painted, code, data }: View): string =>
  `${ms(painted)} (${(code / 1000).toFixed(0)} kB of code, ${megabytes(data)} of data)`;

type Frames = Awaited<ReturnType<typeof withWork>>;
const framesText = ({ frames, median, p95, longest, above50, work }: Frames): string =>
  `${frames} frames: median ${ms(median)}, 95 % below ${ms(p95)}, longest ${ms(longest)}, ${above50} above 50 ms; ` +
  `${ms(work)} of work of the page's thread a frame`;

/** Says what memory the view and the server take. */
async function sayMemory({ browser, server, say }: PageBench, { page }: View): Promise<void> {
  const { heap, resident, proportional, peak } = await viewMemory(browser, page);
  say(
    `memory of the page: ${megabytes(heap)} of JavaScript after a collection; its process ${megabytes(resident)} resident, ` +
      `${megabytes(proportional)} with its share of what processes share, at most ${megabytes(peak)}`,
  );
  const { resident: now, peak: most } = server.memory();
  say(
    `memory of the server: ${megabytes(now)} resident, at most ${megabytes(most)}; ${server.seconds()} s of processor time`,
  );
}

const walkIsDrawn = `(() => {
  const figure = document.querySelector('[aria-label="The walk"][data-sharp="true"]');
  return figure && Number(figure.dataset.points) >= ${points};
})()`;

async function measureWalk(bench: PageBench): Promise<void> {
  const { browser, server, say } = bench;
  const address = `${server.address}/runs/big/walk`;
  const visits: View[] = [];
  for (let visit = 0; visit < 3; visit++) {
    await visits.at(-1)?.page.context().close();
    visits.push(await openView(browser, address, walkIsDrawn));
  }
  say(`first picture of ${points} points, from the start of the navigation: ${visits.map(opened).join('; ')}`);
  const view = visits.at(-1)!;
  await view.page.waitForLoadState('networkidle').catch(() => undefined);
  await view.page.getByLabel('Show').selectOption({ label: 'everything' });
  await until(view.page, walkIsDrawn);
  await view.page.waitForTimeout(1000);
  const zooming = (): ReturnType<typeof framesOfKeys> =>
    framesOfKeys(view.page, '[aria-label="The walk"] .panels', zoomingKeys(14, 60));
  say(`zooming and panning, ${framesText(await withWork(view.page, zooming))}`);
  await sayMemory(bench, view);
}

async function measureOverview(bench: PageBench): Promise<void> {
  const isDrawn = `document.querySelector('[aria-label="Learning curves"][data-sharp="true"]')`;
  const view = await openView(bench.browser, `${bench.server.address}/runs/big`, isDrawn);
  bench.say(`first picture of the learning curves: ${opened(view)}`);
  const whole = await until(view.page, `document.querySelectorAll('[data-figure] svg').length >= 5`);
  bench.say(`all figures of the view ${ms(whole)} later`);
  await sayMemory(bench, view);
}

async function measureComparison(bench: PageBench): Promise<void> {
  const { browser, server, many, say } = bench;
  const address = `${server.address}/compare?series=batch.loss&show=runs&runs=${many.join(',')}`;
  const isDrawn = `document.querySelector('[aria-label="Curves"][data-drawn="${many.length}"][data-loading="false"]')`;
  const cold = await openView(browser, address, isDrawn);
  await cold.page.context().close();
  const view = await openView(browser, address, isDrawn);
  say(`first picture of ${many.length} curves: ${opened(cold)} with a server that knows nothing, then ${opened(view)}`);
  await view.page.waitForTimeout(1500);
  const panel = '[aria-label="Curves"] .panels';
  await view.page.focus(panel);
  const zoomed: number[] = [];
  for (const key of ['+', '+', '0']) {
    await view.page.keyboard.press(key);
    await view.page.waitForTimeout(250);
    zoomed.push(250 + (await until(view.page, isDrawn)));
  }
  say(`finer curves after a zoom (of which 250 ms are waited): ${zoomed.map(ms).join(', ')}`);
  say(
    `zooming and panning, ${framesText(await withWork(view.page, () => framesOfKeys(view.page, panel, zoomingKeys(4, 20))))}`,
  );
  await sayMemory(bench, view);
}

async function measureLive(bench: PageBench): Promise<void> {
  const { browser, server, say, runs } = bench;
  const live = bench.live(20);
  try {
    const drawn = `document.querySelector('[aria-label="Curves"][data-drawn="20"]')`;
    const names = live.ids.join(',');
    const address = `${server.address}/compare?series=batch.loss,gradient.norm&show=runs&runs=${names}`;
    const view = await openView(browser, address, `${drawn} || ${drawn.replace('"20"', '"40"')}`);
    say(`first picture of 20 runs that train: ${opened(view)}`);
    await view.page.waitForTimeout(3000);
    say(`left alone, ${framesText(await withWork(view.page, () => framesOfWaiting(view.page, 600)))}`);
    const panel = '[aria-label="Curves"] .panels';
    say(
      `zooming and panning, ${framesText(await withWork(view.page, () => framesOfKeys(view.page, panel, zoomingKeys(6, 60))))}`,
    );
    await sayMemory(bench, view);
    await view.page.context().close();
    const list = await openView(browser, server.address, `document.querySelectorAll('tr[data-run]').length > 0`);
    say(
      `the list with them, left alone, ${framesText(await withWork(list.page, () => framesOfWaiting(list.page, 600)))}`,
    );
  } finally {
    live.end();
    for (const id of live.ids) rmSync(join(runs, id), { recursive: true });
  }
}

async function measureList(bench: PageBench): Promise<void> {
  const { browser, server, say } = bench;
  const isDrawn = `document.querySelectorAll('tr[data-run]').length > 10`;
  const cold = await openView(browser, server.address, isDrawn);
  await cold.page.context().close();
  const view = await openView(browser, server.address, isDrawn);
  const count = await view.page.locator('[data-count]').getAttribute('data-count');
  say(`first picture of ${count} runs: ${opened(cold)} with a server that knows nothing, then ${opened(view)}`);
  const began = performance.now();
  const { byteLength } = await (await fetch(`${server.address}/api/runs`)).arrayBuffer();
  say(`GET /api/runs: ${ms(performance.now() - began)}, ${megabytes(byteLength)}`);
  const down = Array<number>(300).fill(120);
  const steps = [...down, ...down.map((step) => -step)];
  say(`scrolling, ${framesText(await withWork(view.page, () => framesOfScrolling(view.page, steps)))}`);
  await sayMemory(bench, view);
}

async function measureFigures({ server, say }: PageBench): Promise<void> {
  for (const file of ['walk.svg', 'walk.svg?from=1000&to=1600', 'curves.svg', 'walk.csv']) {
    const [began, before] = [performance.now(), server.seconds()];
    const answer = await fetch(`${server.address}/api/runs/big/figures/${file}`);
    const { byteLength } = await answer.arrayBuffer();
    const { resident, peak } = server.memory();
    say(
      `${file}: ${answer.status}, ${ms(performance.now() - began)}, ${(server.seconds() - before).toFixed(2)} s of processor time, ` +
        `${megabytes(byteLength)}; server ${megabytes(resident)}, at most ${megabytes(peak)}`,
    );
  }
}

/** What `npm run bench:page` measures, by name. */
export const measures: Readonly<Record<string, Measure>> = {
  walk: { folder: 'runs', take: measureWalk },
  overview: { folder: 'runs', take: measureOverview },
  comparison: { folder: 'runs', take: measureComparison },
  live: { folder: 'runs', take: measureLive },
  list: { folder: 'list', take: measureList },
  figures: { folder: 'runs', take: measureFigures },
};
