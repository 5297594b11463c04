import { censusOf, lowerBound, scaled, upperBound } from '../../../src/figures/index.ts';
import type { Census, Grid, Joining, RowColumns, SeriesPoint } from '../../../src/figures/index.ts';
import { nothingUnshown, type CurveLens, type Unshown } from './plotted-curve.ts';
import { nearestOf, type HeldWindow, type RemoteCurve, type WindowRequest } from './remote-curve.ts';
import { joinedRows, noRows, thinned } from './row-columns.ts';

/** Milliseconds that a window has to stand before its finer picture is asked for. */
const settling = 80;
/** Share of the width beyond each edge that is asked for as well, so that moving shows something at once. */
const pad = 0.5;

/** One plot's window of a {@link RemoteCurve}: the picture of the whole at once, a finer one when the window stands. */
export class RemoteLens implements CurveLens {
  readonly #curve: RemoteCurve;
  readonly #joining: Joining;
  readonly #onClose: () => void;
  #detail: HeldWindow | null = null;
  #shown: RowColumns = noRows;
  #request: { readonly wanted: WindowRequest; readonly abort: AbortController } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  isSharp = false;
  unshown: Unshown | null = null;

  constructor(curve: RemoteCurve, joining: Joining, onClose: () => void) {
    this.#curve = curve;
    this.#joining = joining;
    this.#onClose = onClose;
  }

  rows(grid: Grid): RowColumns {
    this.#curve.scaleFor(grid.x ?? 'linear', grid.y ?? 'linear');
    const { overview, tail } = this.#curve;
    const held =
      [this.#detail, overview].find((candidate) => candidate !== null && isSharpFor(candidate, grid)) ?? null;
    const base = held ?? overview;
    const live = tail.after(base?.window.newest ?? 0);
    this.isSharp = held !== null || (live.length > 0 && live.x[0]! <= grid.from);
    this.#shown = joinedRows(thinned(base?.window ?? noRows, grid), thinned(live, grid), this.#joining);
    this.unshown = this.#countUnshown(held, live, grid);
    if (!this.isSharp || this.unshown === null) this.#want(grid);
    return this.#shown;
  }

  nearest(x: number, within: number): SeriesPoint | null {
    return nearestOf([this.#shown], x, within);
  }

  /** Drops its picture: records were withdrawn. */
  forget(): void {
    this.#detail = null;
    this.#request?.abort.abort();
    this.#request = null;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort.abort();
    this.#onClose();
  }

  /** Counted by the server for the very window; read off where nothing is thinned, or nothing has to be counted. */
  #countUnshown(held: HeldWindow | null, live: RowColumns, { from, to, y: scale = 'linear' }: Grid): Unshown | null {
    const kinds = (counts: Unshown): Unshown => ({ ...counts, notPositive: scale === 'log' ? counts.notPositive : 0 });
    const drawn = kinds(censusBetween(this.#shown, from, to));
    if (drawn.notANumber + drawn.infinite + drawn.negativeInfinite + drawn.notPositive === 0) return nothingUnshown;
    if (!held) return null;
    const { request, window } = held;
    const isExact = request.from === from && request.to === to;
    if (!isExact && !isComplete(held)) return null;
    const before = kinds(isExact ? window : censusBetween(window, from, to));
    const since = kinds(censusBetween(live, from, to));
    return {
      notANumber: before.notANumber + since.notANumber,
      infinite: before.infinite + since.infinite,
      negativeInfinite: before.negativeInfinite + since.negativeInfinite,
      notPositive: before.notPositive + since.notPositive,
    };
  }

  #want({ from, to, pixels, x = 'linear', y = 'linear' }: Grid): void {
    const wanted: WindowRequest = { from, to, pixels: 2 * Math.ceil(pixels), pad, xScale: x, yScale: y };
    const known = this.#request?.wanted ?? this.#detail?.request;
    if (!this.#curve.isLoaded || (known && isSame(known, wanted))) return;
    this.#request?.abort.abort();
    const abort = new AbortController();
    this.#request = { wanted, abort };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(wanted, abort), settling);
  }

  async #fetch(wanted: WindowRequest, abort: AbortController): Promise<void> {
    try {
      const window = await this.#curve.ask(this.#curve.series, wanted, abort.signal);
      if (abort.signal.aborted) return;
      this.#detail = { request: wanted, window };
      this.#request = null;
      this.#curve.changed();
    } catch {
      // The next drawing asks again; that the server is away is said elsewhere.
      if (!abort.signal.aborted) this.#request = null;
    }
  }
}

const censusBetween = (rows: RowColumns, from: number, to: number): Census =>
  censusOf(rows, lowerBound(rows.x, from, rows.length), upperBound(rows.x, to, rows.length));

/** Whether no record of the window was left out of its rows. */
const isComplete = ({ request, window }: HeldWindow): boolean =>
  censusBetween(window, request.from!, request.to!).points === window.inWindow;

/** Whether a held window shows every column of a screen, as finely. */
function isSharpFor(held: HeldWindow, { from, to, pixels, x = 'linear', y = 'linear' }: Grid): boolean {
  const { request } = held;
  if (request.xScale !== x || request.yScale !== y) return false;
  const place = (value: number): number => scaled(x, value);
  const [low, high] = [place(request.from!), place(request.to!)];
  const beyond = (request.pad ?? 0) * (high - low);
  const isWhole = request.pad === undefined;
  // The picture of the whole ends where the records end: there is nothing beyond.
  const covers = isWhole || (place(from) >= low - beyond && place(to) <= high + beyond);
  // Columns that do not begin where pixels begin have to be half as wide: no extreme is further from its place then.
  const isFine = request.pixels / (high - low) >= (1.99 * pixels) / (place(to) - place(from));
  return covers && (isFine || ((isWhole || (from >= request.from! && to <= request.to!)) && isComplete(held)));
}

const isSame = (a: WindowRequest, b: WindowRequest): boolean =>
  a.from === b.from && a.to === b.to && a.pixels === b.pixels && a.xScale === b.xScale && a.yScale === b.yScale;
