import type { CurveWindow, RecordColumns, SeriesName } from '../../../src/contract/index.ts';
import {
  joiningOf,
  nearestRow,
  pointAt,
  type RowColumns,
  type Scale,
  type SeriesPoint,
} from '../../../src/figures/index.ts';
import type { CurveLens, PlottedCurve } from './plotted-curve.ts';
import { RemoteLens } from './remote-lens.ts';
import { rowsBefore } from './row-columns.ts';
import { SeriesBuffer } from './series-buffer.ts';

/** What is asked of the server; without edges: the whole curve. */
export interface WindowRequest {
  readonly from?: number;
  readonly to?: number;
  readonly pixels: number;
  readonly pad?: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/** Asks the server for a window of a curve. */
export type AskWindow = (series: SeriesName, request: WindowRequest, signal: AbortSignal) => Promise<CurveWindow>;

/** A window as it was asked for, and what came. */
export interface HeldWindow {
  readonly request: WindowRequest;
  readonly window: CurveWindow;
}

/** Columns of the first picture, enough for the widest screens at two columns a pixel. */
const overviewPixels = 4096;
/** Live records that are kept beside the picture before it is asked anew. */
const longestTail = 20_000;
/** Milliseconds until it is asked again: after an answer that is too old, and after none. */
const impatience = 250;
const retryDelay = 2000;

/**
 * A series of a run as the server holds it: a picture of the whole, thinned there, and behind it the records that came
 * since. Lenses ask for finer pictures of what they show. Memory is that of a few screens, however long the run is.
 */
export class RemoteCurve implements PlottedCurve {
  readonly series: SeriesName;
  readonly tail: SeriesBuffer;
  readonly ask: AskWindow;
  readonly changed: () => void;
  readonly #lenses = new Set<RemoteLens>();
  #overview: HeldWindow | null = null;
  #request: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The picture must know the history up to here: what came earlier is not sent again. */
  #required = 0;
  #scales: Pick<WindowRequest, 'xScale' | 'yScale'> = { xScale: 'linear', yScale: 'linear' };

  /** @param changed is called whenever there is something new to draw */
  constructor(series: SeriesName, ask: AskWindow, changed: () => void) {
    this.series = series;
    this.tail = new SeriesBuffer(series);
    this.ask = ask;
    this.changed = changed;
    this.refresh();
  }

  get overview(): HeldWindow | null {
    return this.#overview;
  }

  /** Whether the first picture has come: before, nothing is known of the series. */
  get isLoaded(): boolean {
    return this.#overview !== null;
  }

  get points(): number {
    return (this.#overview?.window.points ?? 0) + this.tail.points;
  }

  get extent(): readonly [number, number] | null {
    const tail = this.tail.after(0);
    const { first, last } = this.#overview?.window ?? { first: NaN, last: NaN };
    const from = Number.isNaN(first) ? tail.x[0] : first;
    const to = tail.length > 0 ? tail.x[tail.length - 1] : last;
    return from === undefined || to === undefined || Number.isNaN(to) ? null : [from, to];
  }

  get last(): SeriesPoint | null {
    if (this.tail.last) return this.tail.last;
    const window = this.#overview?.window;
    return window && window.length > 0 ? pointAt(window, window.length - 1) : null;
  }

  /** The record nearest to `x` in the picture of the whole; null when there is none within `within`. */
  nearest(x: number, within: number): SeriesPoint | null {
    return nearestOf([this.#overview?.window, this.tail.after(0)], x, within);
  }

  lens(): CurveLens {
    const lens = new RemoteLens(this, joiningOf(this.series), () => this.#lenses.delete(lens));
    this.#lenses.add(lens);
    return lens;
  }

  /** Records that were recorded now. */
  append(columns: RecordColumns): void {
    this.tail.append(columns, this.#overview?.window.newest);
    if (this.tail.points > longestTail && !this.#request) this.refresh();
  }

  /** Records at or after `iteration` were withdrawn. What is shown loses them at once; the pictures are asked anew. */
  rewind(iteration: number): void {
    this.tail.rewind(iteration);
    const { window } = this.#overview ?? {};
    if (iteration === 0) {
      // Another run may have taken the name, with a history of its own.
      this.#overview = null;
      this.#required = 0;
    } else if (window) this.#overview = { ...this.#overview!, window: { ...window, ...rowsBefore(window, iteration) } };
    for (const lens of this.#lenses) lens.forget();
    this.refresh();
  }

  /** Everything up to a place in the history has to be in the picture: the live records begin behind it. */
  require(seq: number): void {
    this.#required = seq;
    if (this.#overview && this.#overview.window.newest < seq) this.refresh();
  }

  /** The picture of the whole shall be thinned for these scales. */
  scaleFor(xScale: Scale, yScale: Scale): void {
    if (xScale === this.#scales.xScale && yScale === this.#scales.yScale) return;
    this.#scales = { xScale, yScale };
    this.refresh();
  }

  /** Asks for the picture of the whole, again if it was asked before. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    const abort = new AbortController();
    this.#request = abort;
    const request: WindowRequest = { pixels: overviewPixels, ...this.#scales };
    this.ask(this.series, request, abort.signal).then(
      (window) => {
        if (abort.signal.aborted) return;
        this.#request = null;
        if (window.newest < this.#required) {
          this.#timer = setTimeout(() => this.refresh(), impatience);
          return;
        }
        this.#overview = { request: { ...request, from: window.first, to: window.last }, window };
        this.tail.forget(window.newest);
        this.changed();
      },
      () => {
        if (abort.signal.aborted) return;
        this.#request = null;
        this.#timer = setTimeout(() => this.refresh(), retryDelay);
      },
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    for (const lens of this.#lenses) lens.close();
  }
}

/** The nearest record of several parts of a curve. */
export function nearestOf(parts: readonly (RowColumns | undefined)[], x: number, within: number): SeriesPoint | null {
  let best: { distance: number; point: SeriesPoint } | null = null;
  for (const rows of parts) {
    const row = rows ? nearestRow(rows, x, within) : -1;
    if (row < 0) continue;
    const distance = Math.abs(rows!.x[row]! - x);
    if (!best || distance < best.distance) best = { distance, point: pointAt(rows!, row) };
  }
  return best?.point ?? null;
}
