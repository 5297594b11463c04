import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { specificationSchema, type SpecificationInput } from '../src/contract/index.ts';
import { Walk } from '../src/run/core/index.ts';
import { prepare } from '../src/run/prepare.ts';
import { quantiles } from '../src/statistics/index.ts';
import { serveFiles } from '../test/support/static-server.ts';
import { launchChromium } from '../test/web/chromium.ts';

/**
 * `npm run bench:lab`: what a training step of the quickstart's network costs in a browser tab (WebAssembly, one thread) and in Node
 * (one thread), in turns, so that what else the machine does weighs on both. Nothing is measured beside.
 */

const asked: SpecificationInput = {
  data: { name: 'mnist-1d' },
  model: { name: 'mlp', hidden: [64, 64], activation: 'relu' },
  optimizer: { name: 'sgd', learningRate: 0.3, batchSize: 100 },
  duration: '1000000 iterations',
  evaluate: '1000000 iterations',
};
const median = (values: readonly number[]): number => quantiles(values, [0.5])[0]!;

const rounds = 5;
const secondsOfRound = 2;

/** Milliseconds of a step in Node: the median of a round. */
async function stepsInNode(): Promise<() => Promise<number>> {
  const prepared = await prepare(specificationSchema.parse(asked), { threads: 1 });
  const walk = await Walk.create(prepared, null);
  return async () => {
    const times: number[] = [];
    for (const end = performance.now() + 1000 * secondsOfRound; performance.now() < end;) {
      const began = performance.now();
      await walk.update();
      times.push(performance.now() - began);
    }
    return median(times);
  };
}

/** Milliseconds of a step in a worker of the lab: 1000 over the median rate that it tells in a round. */
async function stepsInTab(address: string): Promise<() => Promise<number>> {
  const browser = await launchChromium();
  // The page's policy forbids what Playwright evaluates while it waits.
  const page = await browser.newPage({ bypassCSP: true });
  await page.addInitScript(`
    const Original = Worker;
    globalThis.rates = [];
    globalThis.Worker = class extends Original {
      constructor(...given) {
        super(...given);
        globalThis.trainer = this;
        this.addEventListener('message', ({ data }) => {
          if (data.type === 'records' && data.walk === -1) rates.push(data.perSecond);
        });
      }
    };
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...others) {
      if (message.base) globalThis.base = message.base;
      return post.call(this, message, ...others);
    };
  `);
  await page.goto(`${address}?lesson=walk`);
  await page.waitForFunction('globalThis.base !== undefined');
  const start = { type: 'start', walk: -1, specification: asked, device: 'cpu', keep: false };
  await page.evaluate(`trainer.postMessage({ ...${JSON.stringify(start)}, base })`);
  await page.waitForFunction('rates.length > 3', undefined, { timeout: 60_000 });
  await page.evaluate(`trainer.postMessage({ type: 'hold', held: true })`);
  return async () => {
    await page.evaluate(`rates.length = 0; trainer.postMessage({ type: 'hold', held: false })`);
    await page.waitForTimeout(1000 * secondsOfRound);
    const rates = await page.evaluate<number[]>(`trainer.postMessage({ type: 'hold', held: true }); rates`);
    // The first rate counts the time in which it was held.
    return 1000 / median(rates.slice(1));
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'thalweg-lab-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  try {
    const outDir = join(folder, 'lab');
    const configFile = join(root, 'web/lab/vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir, emptyOutDir: true } });
    const server = await serveFiles({ '/': outDir });
    const [node, tab] = [await stepsInNode(), await stepsInTab(server.address)];
    const times: [node: number[], tab: number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      times[0].push(await node());
      times[1].push(await tab());
    }
    const [inNode, inTab] = times.map((values) => median(values)) as [number, number];
    const load = loadavg()[0]!.toFixed(1);
    console.log(
      `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load ${load}, medians of ${rounds} rounds in turns`,
    );
    console.log(`Node, one thread:         ${inNode.toFixed(2)} ms a step`);
    console.log(
      `WebAssembly, one thread:  ${inTab.toFixed(2)} ms a step, ${(inTab / inNode).toFixed(1)} times as long`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
process.exit();
