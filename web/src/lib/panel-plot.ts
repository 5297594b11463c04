import uPlot from 'uplot';
import { decimate, maximumIterationLines } from '../../../src/figures/index.ts';
import type { Curve, FigureTheme } from '../../../src/figures/index.ts';
import type { Panel, PanelCurve } from './panel.ts';
import type { Range } from './windows.ts';

/** What a reader does in a plot. */
export interface PlotHandlers {
  /** A range was chosen by dragging. */
  readonly choose: (range: Range) => void;
  /** The view is dragged by `distance` iterations. */
  readonly move: (distance: number) => void;
  readonly reset: () => void;
  /** The cursor stands at an iteration, or left (null). */
  readonly point: (x: number | null) => void;
}

const smallestDrag = 5;

/** Draws a {@link Panel} with uPlot. What is drawn is thinned to the minimum and maximum of each pixel. */
export class PanelPlot {
  readonly #panel: Panel;
  readonly #plot: uPlot;
  readonly #handlers: PlotHandlers;
  #theme: FigureTheme;

  constructor(
    target: HTMLElement,
    panel: Panel,
    syncKey: string,
    theme: FigureTheme,
    width: number,
    handlers: PlotHandlers,
  ) {
    this.#panel = panel;
    this.#theme = theme;
    this.#handlers = handlers;
    this.#plot = new uPlot(this.#options(syncKey, width), [[], ...panel.curves.map(() => [])], target);
  }

  /** Draws what the series hold now, between two iterations. */
  draw([from, to]: Range, theme: FigureTheme, width: number): void {
    this.#theme = theme;
    const plot = this.#plot;
    if (width !== plot.width) plot.setSize({ width, height: this.#panel.height });
    const pixels = plot.bbox.width;
    const isDense = to - from > maximumIterationLines;
    this.#panel.curves.forEach(({ width, denseWidth }, index) => {
      plot.series[index + 1]!.width = isDense ? (denseWidth ?? width) : width;
    });
    const curves = this.#panel.curves.map(({ series }) => decimate(series, from, to, pixels));
    plot.batch(() => {
      plot.setData(aligned(curves), false);
      plot.setScale('x', { min: from, max: to });
    });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #options(syncKey: string, width: number): uPlot.Options {
    const { height, limits } = this.#panel;
    return {
      width,
      height,
      padding: [8, 14, 0, 0],
      legend: { show: false },
      scales: { x: { time: false, auto: false }, y: { range: (_, low, high) => yRange(limits, low, high) } },
      series: [{}, ...this.#panel.curves.map((curve) => this.#series(curve))],
      axes: this.#axes(),
      cursor: {
        sync: { key: syncKey, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7, width: 0, fill: (_, index) => this.#theme[this.#panel.curves[index - 1]!.color] },
        y: false,
        bind: {
          dblclick: () => () => (this.#handlers.reset(), null),
          mousedown: (_, __, start) => (event) => this.#press(event, start),
        },
      },
      hooks: {
        drawClear: [() => this.#drawBackground()],
        setSelect: [() => this.#choose()],
        setCursor: [
          ({ cursor }) =>
            this.#handlers.point(cursor.left == null || cursor.left < 0 ? null : this.#plot.posToVal(cursor.left, 'x')),
        ],
      },
    };
  }

  #series(curve: PanelCurve): uPlot.Series {
    return {
      label: curve.label,
      stroke: () => this.#theme[curve.color],
      width: curve.width,
      pxAlign: 0,
      ...(curve.dash && { dash: curve.dash.split(' ').map(Number) }),
      points: { show: curve.marks ?? false, size: 5, fill: () => this.#theme[curve.color] },
    };
  }

  #axes(): uPlot.Axis[] {
    const font = '11px system-ui, sans-serif';
    const { tick = plainTick } = this.#panel;
    const stroke = (): string => this.#theme.muted;
    const grid = { stroke: () => this.#theme.grid, width: 1 };
    return [
      {
        stroke,
        font,
        size: 26,
        gap: 5,
        space: 64,
        incrs: [
          0.1,
          0.2,
          0.5,
          ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)),
        ],
        values: (_, ticks) => ticks.map((value) => String(Math.round(value * 10) / 10)),
        grid: { show: false },
        ticks: { stroke: () => this.#theme.iteration, size: 4, width: 1 },
      },
      {
        stroke,
        font,
        size: 52,
        gap: 8,
        space: 36,
        grid,
        ticks: { show: false },
        values: (_, ticks) => ticks.map(tick),
      },
    ];
  }

  /** Grey lines at iterations and the zero line, below the curves. */
  #drawBackground(): void {
    const { ctx, bbox, scales } = this.#plot;
    const { min, max } = scales['x']!;
    if (min == null || max == null) return;
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineWidth = Math.max(1, Math.round(devicePixelRatio * 0.75));
    if (this.#panel.iterationLines && max - min <= maximumIterationLines) {
      ctx.strokeStyle = this.#theme.iteration;
      ctx.beginPath();
      for (let t = Math.ceil(min); t <= max; t++) {
        const x = Math.round(this.#plot.valToPos(t, 'x', true)) + 0.5;
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
      }
      ctx.stroke();
    }
    if (this.#panel.zeroLine) {
      ctx.strokeStyle = this.#theme.muted;
      const y = Math.round(this.#plot.valToPos(0, 'y', true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }

  #choose(): void {
    const { left, width } = this.#plot.select;
    if (width < smallestDrag) return;
    const range: Range = [this.#plot.posToVal(left, 'x'), this.#plot.posToVal(left + width, 'x')];
    this.#plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#handlers.choose(range);
  }

  /** With Shift a drag moves the view instead of choosing a range. */
  #press(event: MouseEvent, start: (event: MouseEvent) => void): null {
    if (!event.shiftKey) {
      start(event);
      return null;
    }
    let before = event.clientX;
    const move = (next: MouseEvent): void => {
      this.#handlers.move(this.#plot.posToVal(before, 'x') - this.#plot.posToVal(next.clientX, 'x'));
      before = next.clientX;
    };
    addEventListener('mousemove', move);
    addEventListener('mouseup', () => removeEventListener('mousemove', move), { once: true });
    return null;
  }
}

const plainTick = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '−');

/** Limits with a little air, so that no curve runs along the frame; a flat curve gets a span of its own size. */
function yRange(
  limits: readonly [number, number] | undefined,
  low: number | null,
  high: number | null,
): [number, number] {
  if (limits) return [...limits];
  if (low == null || high == null) return [0, 1];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - air, high + air];
}

type Column = (number | null | undefined)[];

/** Curves over one common axis: where a curve has no point of its own it is undefined, all along a gap null. */
function aligned(curves: readonly Curve[]): uPlot.AlignedData {
  const x: number[] = [];
  const columns: Column[] = curves.map(() => []);
  const next = curves.map(() => 0);
  for (;;) {
    let nearest = -1;
    for (let index = 0; index < curves.length; index++) {
      if (next[index]! >= curves[index]!.x.length) continue;
      if (nearest < 0 || curves[index]!.x[next[index]!]! < curves[nearest]!.x[next[nearest]!]!) nearest = index;
    }
    if (nearest < 0) return [x, ...columns.map(widenGaps)] as uPlot.AlignedData;
    const row = next[nearest]!++;
    const value = curves[nearest]!.y[row]!;
    x.push(curves[nearest]!.x[row]!);
    columns.forEach((column, index) => column.push(index !== nearest ? undefined : Number.isNaN(value) ? null : value));
  }
}

/** Makes null of what is undefined next to a gap: uPlot would otherwise draw from the gap to the next point. */
function widenGaps(column: Column): Column {
  for (let row = 1; row < column.length; row++)
    if (column[row - 1] === null && column[row] === undefined) column[row] = null;
  for (let row = column.length - 2; row >= 0; row--)
    if (column[row + 1] === null && column[row] === undefined) column[row] = null;
  return column;
}
