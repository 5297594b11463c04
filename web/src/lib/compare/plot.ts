import uPlot from 'uplot';
import { beginDrag, takeSelection } from '../plot-drag.ts';
import { tickLabel, ticksOf } from '../../../../src/figures/index.ts';
import type { FigureTheme, FittedAxis } from '../../../../src/figures/index.ts';
import type { Range } from '../windows.ts';
import { Ink } from './ink.ts';
import { nearestTo } from './nearest.ts';
import type { Nearest } from './nearest.ts';
import { paintBand, paintDots, paintLine, paintMarks, strengthOf, within } from './paint.ts';
import type { Paper } from './paint.ts';
import { verticalAxis } from './picture.ts';
import type { Picture } from './picture.ts';

/** What a reader does in a plot. */
export interface PlotHandlers {
  /** A window was chosen by dragging. */
  readonly choose: (range: Range) => void;
  /** The view is dragged, by pixels of the width. */
  readonly drag: (share: number) => void;
  readonly reset: () => void;
  /** What the cursor is nearest to; null: nothing. */
  readonly point: (nearest: Nearest | null) => void;
}

export interface PlotLook {
  readonly theme: FigureTheme;
  readonly width: number;
  readonly height: number;
  /** The group that is in focus: others step back. */
  readonly focus: number | null;
}

/** Pixels around a curve in which the cursor finds it. */
const reach = 24;

/**
 * One panel of a comparison: uPlot makes axes, cursor and selection, linked with the panels of one key; curves, bands and marks are painted on its
 * canvas, since their points do not share places.
 */
export class ComparePlot {
  readonly #plot: uPlot;
  readonly #handlers: PlotHandlers;
  readonly #overlay = document.createElement('canvas');
  readonly #ink = new Ink();
  #isStretched = false;
  #picture: Picture;
  #look: PlotLook;
  #x: FittedAxis;
  #y: FittedAxis;
  #nearest: Nearest | null = null;

  constructor(
    target: HTMLElement,
    picture: Picture,
    range: Range,
    syncKey: string,
    look: PlotLook,
    handlers: PlotHandlers,
  ) {
    this.#picture = picture;
    this.#look = look;
    this.#handlers = handlers;
    this.#x = { label: null, scale: picture.xScale, domain: range };
    this.#y = verticalAxis(picture, range);
    this.#plot = new uPlot(this.#options(syncKey), [[...range], [null, null]], target);
    this.#overlay.className = 'overlay';
    this.#plot.over.append(this.#overlay);
    this.#listen();
  }

  /**
   * Draws a picture in a window; its scales are those that the plot was made with. While the window moves over very many curves, what
   * was painted before is stretched, and the vertical axis stays.
   */
  draw(picture: Picture, range: Range, look: PlotLook, isMoving: boolean): void {
    this.#isStretched = isMoving && this.#ink.isNeededFor(picture);
    this.#picture = picture;
    this.#look = look;
    this.#x = { ...this.#x, domain: range };
    if (!this.#isStretched) this.#y = verticalAxis(picture, range);
    const plot = this.#plot;
    if (look.width !== plot.width || look.height !== plot.height)
      plot.setSize({ width: look.width, height: look.height });
    plot.batch(() => {
      plot.setScale('x', { min: range[0], max: range[1] });
      plot.setScale('y', { min: this.#y.domain[0], max: this.#y.domain[1] });
    });
    plot.redraw(false, true);
    this.#highlight(null);
  }

  /** Columns of the screen that the panel has. */
  get pixels(): number {
    return Math.round(this.#plot.bbox.width);
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #options(syncKey: string): uPlot.Options {
    const { width, height } = this.#look;
    const distr = (axis: FittedAxis): 1 | 3 => (axis.scale === 'log' ? 3 : 1);
    return {
      width,
      height,
      padding: [8, 14, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, distr: distr(this.#x), range: () => [...this.#x.domain] },
        y: { auto: false, distr: distr(this.#y), range: () => [...this.#y.domain] },
      },
      series: [{}, { show: true, stroke: 'transparent', points: { show: false } }],
      axes: this.#axes(),
      cursor: {
        sync: { key: syncKey, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        y: false,
        bind: {
          dblclick: () => () => (this.#handlers.reset(), null),
          mousedown: (plot, __, start) => (event) => beginDrag(plot, event, start, this.#handlers.drag),
        },
      },
      hooks: { setSelect: [() => this.#choose()], draw: [() => this.#paint()] },
    };
  }

  #axes(): uPlot.Axis[] {
    const font = '11px system-ui, sans-serif';
    const stroke = (): string => this.#look.theme.muted;
    const splits = (axis: FittedAxis, most: number): number[] => placesOf(axis, most);
    const values = (_: uPlot, ticks: number[]): string[] => ticks.map(tickLabel);
    const ticks = { stroke: () => this.#look.theme.iteration, size: 4, width: 1 };
    const across = (): number[] => splits(this.#x, Math.max(3, Math.round(this.#look.width / 110)));
    return [
      { stroke, font, size: 26, gap: 5, splits: across, values, filter: (_, all) => all, grid: { show: false }, ticks },
      {
        stroke,
        font,
        size: 56,
        gap: 8,
        splits: () => splits(this.#y, Math.max(3, Math.round(this.#look.height / 55))),
        values,
        filter: (_, all) => all,
        grid: { stroke: () => this.#look.theme.grid, width: 1 },
        ticks: { show: false },
      },
    ];
  }

  #paper(context: CanvasRenderingContext2D, offset: { left: number; top: number }): Paper {
    const { bbox } = this.#plot;
    const box = { left: bbox.left - offset.left, top: bbox.top - offset.top, width: bbox.width, height: bbox.height };
    return {
      context,
      box,
      axis: this.#y,
      ratio: devicePixelRatio,
      x: placer(this.#x, box.left, box.width),
      y: placer(this.#y, box.top + box.height, -box.height),
    };
  }

  /** Bands below, then lines, then marks, so that no mark is lost under a line. */
  #paint(): void {
    const { ctx, bbox } = this.#plot;
    const paper = this.#paper(ctx, { left: 0, top: 0 });
    const { curves } = this.#picture;
    const { focus } = this.#look;
    if (this.#isStretched) {
      const { x, y } = this.#ink.axes!;
      const [left, right] = x.domain.map(paper.x) as [number, number];
      const [bottom, top] = y.domain.map(paper.y) as [number, number];
      within(paper, () => this.#ink.stretch(ctx, left, top, right, bottom));
      return;
    }
    this.#ink.paint(ctx, bbox, { x: this.#x, y: this.#y }, (context) => {
      const sheet = this.#paper(context, bbox);
      for (const curve of curves) paintBand(sheet, curve, strengthOf(curve, focus));
      for (const curve of curves) paintLine(sheet, curve, strengthOf(curve, focus));
    });
    const markStrength = (opacity: number): number => Math.max(0.6, opacity);
    within(
      paper,
      () => {
        for (const curve of curves) {
          if (curve.found) paintMarks(paper, curve.marks, curve.color, markStrength(strengthOf(curve, focus)));
        }
      },
      6 * devicePixelRatio,
    );
  }

  /** Draws the curve that the cursor found over the others. */
  #highlight(nearest: Nearest | null): void {
    const canvas = this.#overlay;
    const { bbox } = this.#plot;
    if (canvas.width !== bbox.width || canvas.height !== bbox.height) {
      [canvas.width, canvas.height] = [bbox.width, bbox.height];
      canvas.style.width = `${bbox.width / devicePixelRatio}px`;
      canvas.style.height = `${bbox.height / devicePixelRatio}px`;
    } else if (this.#nearest || nearest) canvas.getContext('2d')!.clearRect(0, 0, canvas.width, canvas.height);
    this.#nearest = nearest;
    if (!nearest) return;
    const paper = this.#paper(canvas.getContext('2d')!, bbox);
    const { curve, row } = nearest;
    within(paper, () => {
      paintLine(paper, curve, 1, Math.max(2.25, curve.width + 0.75));
      if (Number.isFinite(curve.data.y[row])) paintDots(paper, curve, [row], 4);
    });
  }

  #listen(): void {
    const { over } = this.#plot;
    over.addEventListener('mousemove', (event) => {
      const ratio = devicePixelRatio;
      const paper = this.#paper(this.#plot.ctx, this.#plot.bbox);
      const placing = { x: paper.x, y: paper.y, valueOfX: (at: number) => this.#plot.posToVal(at / ratio, 'x') };
      const rect = over.getBoundingClientRect();
      const place = [(event.clientX - rect.left) * ratio, (event.clientY - rect.top) * ratio] as const;
      const nearest = nearestTo(this.#picture.curves, placing, place, reach * ratio);
      this.#highlight(nearest);
      this.#handlers.point(nearest);
    });
    over.addEventListener('mouseleave', () => {
      this.#highlight(null);
      this.#handlers.point(null);
    });
  }

  #choose(): void {
    const range = takeSelection(this.#plot);
    if (range) this.#handlers.choose(range);
  }
}

/** A function from values to pixels along an axis that begins at `start` and is `length` long. */
function placer({ scale, domain: [low, high] }: FittedAxis, start: number, length: number): (value: number) => number {
  if (scale === 'log') {
    const [from, factor] = [Math.log10(low), length / (Math.log10(high) - Math.log10(low))];
    return (value) => start + (Math.log10(value) - from) * factor;
  }
  const factor = length / (high - low);
  return (value) => start + (value - low) * factor;
}

/** Places of ticks: those of figures, and on a linear axis multiples of 1, 2 or 5 of a power of ten. */
function placesOf(axis: FittedAxis, most: number): number[] {
  const places = ticksOf(axis, most);
  if (typeof places !== 'number') return places;
  const [low, high] = axis.domain;
  const rough = (high - low) / places;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
