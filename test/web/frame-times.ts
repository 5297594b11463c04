import type { Page } from 'playwright-core';

/** How a picture moved while somebody looked at it. Times are those between two frames, milliseconds. */
export interface FrameTimes {
  readonly frames: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  readonly above50: number;
}

/** Keys that zoom a figure in, pan it to both sides and zoom it out, twice. */
export function zoomingKeys(zooms: number, moves: number): string[] {
  const once = [
    ...Array<string>(zooms).fill('+'),
    ...Array<string>(moves).fill('ArrowRight'),
    ...Array<string>(moves).fill('ArrowLeft'),
    ...Array<string>(zooms).fill('-'),
  ];
  return [...once, ...once];
}

/** Presses one key a frame in the element that the selector finds, and measures the frames. */
export const framesOfKeys = async (page: Page, selector: string, keys: readonly string[]): Promise<FrameTimes> =>
  summed(
    await page.evaluate<number[]>(`(async () => {
      const target = document.querySelector(${JSON.stringify(selector)});
      return await (${timeFrames})(${JSON.stringify(keys)}, (key) =>
        target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
    })()`),
  );

/** Scrolls the window by `step` pixels a frame, and measures the frames. */
export const framesOfScrolling = async (page: Page, steps: readonly number[]): Promise<FrameTimes> =>
  summed(await page.evaluate<number[]>(`(${timeFrames})(${JSON.stringify(steps)}, (step) => scrollBy(0, step))`));

/** Measures the frames of a page that nobody touches. */
export const framesOfWaiting = async (page: Page, frames: number): Promise<FrameTimes> =>
  summed(await page.evaluate<number[]>(`(${timeFrames})(Array(${frames}).fill(0), () => undefined)`));

/** Does one thing a frame; the time of each is that from its frame to the next. */
const timeFrames = `async (things, act) => {
  const times = [];
  let before = await new Promise(requestAnimationFrame);
  for (const thing of things) {
    act(thing);
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  return times;
}`;

function summed(times: readonly number[]): FrameTimes {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return {
    frames: times.length,
    median: at(0.5),
    p95: at(0.95),
    longest: at(1),
    above50: times.filter((time) => time > 50).length,
  };
}
