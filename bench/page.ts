import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { decodeComparison, type CompareRequest } from '../src/contract/index.ts';
import { createServer, listen } from '../src/server/index.ts';
import { openRun } from '../src/store/index.ts';
import { bigWalk, writeBigRun, writeManyRuns } from './runs.ts';

const help = `npm run bench:page: how quick the page is with a run of 1,000,010 interpolated points and 200 series, and how
quick the server is with 1,000 runs of 1,000 records each. Chromium draws (CHROMIUM_PATH; default: /usr/bin/chromium) without a GPU.
Nothing else should run.

  npm run bench:page
  npm run bench:page -- --runs 200    fewer runs to compare (default: 1000)`;

const { values: options } = parseArgs({
  args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
  options: { runs: { type: 'string', default: '1000' }, help: { type: 'boolean', default: false } },
});

/** Milliseconds that a picture may take before the bench gives up. */
const patience = 60_000;
const points = bigWalk.iterations * bigWalk.points;
const milliseconds = (value: number): string => `${value.toPrecision(3)} ms`;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** Notes in the page when the walk has all its points and was painted; 0 of the clock is the start of the navigation. */
const notePicture = `(() => {
  const look = () => {
    const figure = document.querySelector('[aria-label="The walk"][data-sharp="true"]');
    if (figure && Number(figure.dataset.points) >= ${points})
      requestAnimationFrame(() => setTimeout(() => (document.documentElement.dataset.painted = performance.now())));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** Zooms in, pans, and zooms out by keys, one key a frame; returns the milliseconds between frames. */
const frameTimes = `(async () => {
  const figure = document.querySelector('[aria-label="The walk"] .panels');
  const keys = [...Array(14).fill('+'), ...Array(60).fill('ArrowRight'), ...Array(60).fill('ArrowLeft'), ...Array(14).fill('-')];
  const times = [];
  let before = await new Promise(requestAnimationFrame);
  for (const key of [...keys, ...keys]) {
    figure.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  return times;
})()`;

async function buildPage(directory: string): Promise<string> {
  const configFile = fileURLToPath(new URL('../web/vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir: directory, emptyOutDir: true } });
  return directory;
}

/** Resident memory of the process that draws the page, and of its JavaScript after a collection. */
async function memoryOf(browser: Browser, page: Page): Promise<{ resident: number; heap: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const residents = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024);
  return { resident: Math.max(...residents), heap: usedSize };
}

async function measurePage(address: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
  try {
    const first: number[] = [];
    let page!: Page;
    for (let visit = 0; visit < 3; visit++) {
      page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
      await page.addInitScript(notePicture);
      await page.goto(`${address}/runs/big`);
      const painted = page.locator('html[data-painted]');
      await painted.waitFor({ state: 'attached', timeout: patience });
      first.push(Number(await painted.getAttribute('data-painted')));
      if (visit < 2) await page.context().close();
    }
    console.log(
      `first picture after the start of the navigation: ${first.map(milliseconds).join(', ')} (the first one: nothing in memory)`,
    );
    const times = (await page.evaluate<number[]>(frameTimes)).sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
    console.log(
      `${times.length} frames of zooming and panning: median ${milliseconds(at(0.5))}, ` +
        `95 % below ${milliseconds(at(0.95))}, longest ${milliseconds(at(1))}, ${times.filter((time) => time > 50).length} above 50 ms`,
    );
    const { resident, heap } = await memoryOf(browser, page);
    console.log(
      `memory: ${mebibytes(heap)} of JavaScript after a collection, ${mebibytes(resident)} resident in the page's process`,
    );
  } finally {
    await browser.close();
  }
}

/** Asks for 1,000 runs at once, twice with nothing in memory and then again. */
async function measureComparison(address: string, runs: readonly string[]): Promise<void> {
  const ask = async (request: CompareRequest): Promise<number> => {
    const began = performance.now();
    const response = await fetch(`${address}/api/compare`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const { problems } = decodeComparison(await response.arrayBuffer());
    if (problems.length > 0) throw new Error(problems[0]!.message);
    return performance.now() - began;
  };
  const curves: CompareRequest = { series: 'batch.loss', runs: [...runs], pixels: 1000 };
  const groups = Array.from({ length: 10 }, (_, group) => ({
    label: `group ${group}`,
    runs: runs.filter((_, index) => index % 10 === group),
  }));
  const means: CompareRequest = { series: 'batch.loss', groups, band: 'interval', pixels: 1000 };
  const cold = await ask(curves);
  const warm = [await ask(curves), await ask(curves), await ask(curves)];
  const mean = [await ask(means), await ask(means)];
  console.log(
    `${runs.length} runs of 1,000 records: curves ${milliseconds(cold)} cold, ${warm.map(milliseconds).join(', ')} warm; ` +
      `means of 10 groups with intervals ${mean.map(milliseconds).join(', ')} warm`,
  );
}

function measureReading(runs: string): void {
  const reader = openRun(runs, 'big');
  const timed = (work: () => { readonly length: number }): string => {
    const began = performance.now();
    const { length } = work();
    return `${milliseconds(performance.now() - began)} for ${length}`;
  };
  const rows = timed(() => reader.records('interpolation.loss'));
  const packed = timed(() => reader.points(['interpolation.loss']).points.get('interpolation.loss')!);
  console.log(`reading the walk: rows ${rows} records, blocks ${packed}`);
  reader.close();
}

if (options.help) console.log(help);
else {
  const folder = mkdtempSync(join(tmpdir(), 'thalweg-bench-'));
  try {
    console.log(
      `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]!.toFixed(1)}`,
    );
    const runs = join(folder, 'runs');
    const pageDirectory = await buildPage(join(folder, 'page'));
    const { records, seconds } = writeBigRun(runs, 'big');
    console.log(`written: ${records} records, ${((1e6 * seconds) / records).toPrecision(3)} µs each`);
    const many = writeManyRuns(runs, Number(options.runs));
    const server = createServer({ runsDirectory: runs, pageDirectory });
    const address = await listen(server, { host: '127.0.0.1', port: 0 });
    await measurePage(address);
    await measureComparison(address, many);
    await server.close();
    measureReading(runs);
    console.log(`load at the end ${loadavg()[0]!.toFixed(1)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
