import type { Browser, CDPSession, Page } from 'playwright-core';
import type { FrameTimes } from '../test/web/frame-times.ts';
import { memoryOf, type ProcessMemory } from './served.ts';

/** Milliseconds that a picture may take before the bench gives up. */
const patience = 120_000;

/** A view in a browser context of its own, as somebody sees it who opens it for the first time. */
export interface View {
  readonly page: Page;
  /** Milliseconds from the start of the navigation until what was waited for was painted. */
  readonly painted: number;
  /** Bytes that came over the wire by then, headers of answers included: scripts, styles and the document; everything else. */
  readonly code: number;
  readonly data: number;
}

/** Opens an address and waits until `isDrawn`, an expression of the page, is true and painted. */
export async function openView(browser: Browser, address: string, isDrawn: string): Promise<View> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const bytes = { code: 0, data: 0 };
  await countBytes(await context.newCDPSession(page), bytes);
  await page.addInitScript(`(() => {
    const look = () => {
      if (${isDrawn}) requestAnimationFrame(() => setTimeout(() => (document.documentElement.dataset.painted = performance.now())));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`);
  await page.goto(address, { waitUntil: 'commit' });
  const painted = page.locator('html[data-painted]');
  await painted.waitFor({ state: 'attached' });
  return { page, painted: Number(await painted.getAttribute('data-painted')), ...bytes };
}

async function countBytes(session: CDPSession, bytes: { code: number; data: number }): Promise<void> {
  const kinds = new Map<string, 'code' | 'data'>();
  session.on('Network.responseReceived', ({ requestId, type }) => {
    kinds.set(requestId, ['Document', 'Script', 'Stylesheet'].includes(type) ? 'code' : 'data');
  });
  session.on('Network.dataReceived', ({ requestId, encodedDataLength, dataLength }) => {
    // What an event stream sends is counted as it comes; the encoded length is known for what ended.
    if (kinds.get(requestId) === 'data') bytes.data += encodedDataLength || dataLength;
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (kinds.get(requestId) === 'code') bytes.code += encodedDataLength;
  });
  await session.send('Network.enable');
}

/** Waits until an expression of the page is true; returns the milliseconds that it took. */
export const until = async (page: Page, expression: string): Promise<number> => {
  const began = performance.now();
  // A string that is evaluated once is not held back by the page's policy, one that Playwright asks again and again is.
  await page.evaluate(`(async () => {
    const end = performance.now() + ${patience};
    while (!(${expression}) && performance.now() < end) await new Promise(requestAnimationFrame);
    if (!(${expression})) throw new Error('the page never came to what was waited for');
  })()`);
  return performance.now() - began;
};

/** Milliseconds of work of the page's thread in each frame of what is done, beside the frames themselves. */
export async function withWork(page: Page, measure: () => Promise<FrameTimes>): Promise<FrameTimes & { work: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const seconds = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const before = await seconds();
  const times = await measure();
  const work = (1000 * ((await seconds()) - before)) / times.frames;
  await session.detach();
  return { ...times, work };
}

/** Memory of a view. */
export interface ViewMemory extends ProcessMemory {
  /** JavaScript's, after a collection. */
  readonly heap: number;
}

/** Memory of the process that draws the page, and of its JavaScript, after a collection. Only one view may be open. */
export async function viewMemory(browser: Browser, page: Page): Promise<ViewMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id));
  return { heap: usedSize, ...renderers.reduce((most, next) => (next.resident > most.resident ? next : most)) };
}
