import uPlot from 'uplot';
import { beginDrag, takeSelection } from './plot-drag.ts';
import { maximumIterationLines } from '../../../src/figures/index.ts';
import type { FigureTheme, Scale, SeriesPoint } from '../../../src/figures/index.ts';
import type { Panel, PanelCurve } from './panel.ts';
import { aligned, edgeMarks, type EdgeMark } from './plot-data.ts';
import { nothingUnshown, type CurveLens, type Unshown } from './plotted-curve.ts';
import type { Range } from './windows.ts';

/** What a reader does in a plot. */
export interface PlotHandlers {
  /** A range was chosen by dragging. */
  readonly choose: (range: Range) => void;
  /** The view is dragged by this share of its width. */
  readonly move: (distance: number) => void;
  readonly reset: () => void;
  /** The cursor stands at a place of the axis, or left (null). */
  readonly point: (x: number | null) => void;
}

/** How a plot looks when it is made. */
export interface PlotLook {
  /** Plots of one key share a cursor. */
  readonly syncKey: string;
  readonly theme: FigureTheme;
  readonly width: number;
  /** Scale of the horizontal axis. */
  readonly xScale: Scale;
}

/** Draws a {@link Panel} with uPlot. What is drawn is thinned to the minimum and maximum of each pixel. */
export class PanelPlot {
  readonly #panel: Panel;
  readonly #lenses: readonly CurveLens[];
  readonly #xScale: Scale;
  readonly #plot: uPlot;
  readonly #handlers: PlotHandlers;
  #theme: FigureTheme;
  #marks: readonly EdgeMark[] = [];

  constructor(target: HTMLElement, panel: Panel, { syncKey, theme, width, xScale }: PlotLook, handlers: PlotHandlers) {
    this.#panel = panel;
    this.#lenses = panel.curves.map(({ series }) => series.lens());
    this.#theme = theme;
    this.#xScale = xScale;
    this.#handlers = handlers;
    this.#plot = new uPlot(this.#options(syncKey, width), [[], ...panel.curves.map(() => [])], target);
  }

  /** Whether everything is drawn as finely as the screen shows it. */
  get isSharp(): boolean {
    return this.#lenses.every((lens) => lens.isSharp);
  }

  /** Records in view that no line can show, of all curves; null while they are being counted. */
  get unshown(): Unshown | null {
    return this.#lenses.reduce<Unshown | null>(
      (sum, { unshown }) => sum && unshown && added(sum, unshown),
      nothingUnshown,
    );
  }

  /** The record of a curve nearest to a place; null when none is within `within`. */
  nearest(curve: number, x: number, within: number): SeriesPoint | null {
    return this.#lenses[curve]?.nearest(x, within) ?? null;
  }

  /** Draws what the curves hold now, between two places. */
  draw([from, to]: Range, theme: FigureTheme, width: number): void {
    this.#theme = theme;
    const plot = this.#plot;
    if (width !== plot.width) plot.setSize({ width, height: this.#panel.height });
    const { scale = 'linear' } = this.#panel;
    const isDense = to - from > maximumIterationLines;
    this.#panel.curves.forEach(({ width, denseWidth }, index) => {
      plot.series[index + 1]!.width = isDense ? (denseWidth ?? width) : width;
    });
    const grid = { from, to, pixels: plot.bbox.width, x: this.#xScale, y: scale };
    const rows = this.#lenses.map((lens) => lens.rows(grid));
    this.#marks = edgeMarks(rows, scale);
    plot.batch(() => {
      plot.setData(aligned(rows, scale), false);
      plot.setScale('x', { min: from, max: to });
    });
  }

  destroy(): void {
    for (const lens of this.#lenses) lens.close();
    this.#plot.destroy();
  }

  #options(syncKey: string, width: number): uPlot.Options {
    const { height, limits, scale = 'linear' } = this.#panel;
    return {
      width,
      height,
      padding: [8, 14, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, ...distribution(this.#xScale) },
        y: {
          ...distribution(scale),
          range: (_, low, high) => (scale === 'log' ? logRange(limits, low, high) : yRange(limits, low, high)),
        },
      },
      series: [{}, ...this.#panel.curves.map((curve) => this.#series(curve))],
      axes: this.#axes(),
      cursor: {
        sync: { key: syncKey, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7, width: 0, fill: (_, index) => this.#colorOf(this.#panel.curves[index - 1]!) },
        y: false,
        bind: {
          dblclick: () => () => (this.#handlers.reset(), null),
          mousedown: (plot, __, start) => (event) => beginDrag(plot, event, start, this.#handlers.move),
        },
      },
      hooks: {
        drawClear: [() => this.#drawBackground()],
        draw: [() => this.#drawMarks()],
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
      stroke: () => this.#colorOf(curve),
      width: curve.width,
      pxAlign: 0,
      ...(curve.dash && { dash: curve.dash.split(' ').map(Number) }),
      points: { show: curve.marks ?? false, size: 5, fill: () => this.#colorOf(curve) },
    };
  }

  #colorOf({ stroke, color }: PanelCurve): string {
    return stroke ?? this.#theme[color];
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
        ...(this.#xScale === 'linear' && { incrs: increments }),
        values: (_, ticks) => ticks.map((value: number | null) => (value === null ? '' : plainTick(value))),
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
        values: (_, ticks) => ticks.map((value: number | null) => (value === null ? '' : tick(value))),
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
    if (this.#panel.zeroLine && this.#panel.scale !== 'log') {
      ctx.strokeStyle = this.#theme.muted;
      const y = Math.round(this.#plot.valToPos(0, 'y', true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Marks at the edges what lines cannot show: × NaN, ▲ +∞, ▼ −∞, ○ zero or negative on a logarithmic axis. */
  #drawMarks(): void {
    const { ctx, bbox } = this.#plot;
    ctx.save();
    ctx.font = `${Math.round(11 * devicePixelRatio)}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    for (const { x, curve, kind } of this.#marks) {
      const left = this.#plot.valToPos(x, 'x', true);
      if (left < bbox.left || left > bbox.left + bbox.width) continue;
      ctx.fillStyle = this.#colorOf(this.#panel.curves[curve]!);
      ctx.textBaseline = kind === 'infinite' ? 'top' : 'bottom';
      ctx.fillText(markSigns[kind], left, kind === 'infinite' ? bbox.top : bbox.top + bbox.height);
    }
    ctx.restore();
  }

  #choose(): void {
    const range = takeSelection(this.#plot);
    if (range) this.#handlers.choose(range);
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

/** The same on a logarithmic axis, with air in powers of ten. */
function logRange(
  limits: readonly [number, number] | undefined,
  low: number | null,
  high: number | null,
): [number, number] {
  if (limits) return [...limits];
  if (low == null || high == null || !(low > 0)) return [1, 10];
  const air = 10 ** ((Math.log10(high / low) || 0.5) * 0.06);
  return [low / air, high * air];
}

const distribution = (scale: Scale): Partial<uPlot.Scale> => (scale === 'log' ? { distr: 3, log: 10 } : {});

/** Steps between ticks: 1, 2 and 5 times powers of ten. */
const increments = Array.from({ length: 16 }, (_, index) => index - 5).flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
);

const markSigns = { notANumber: '×', infinite: '▲', negativeInfinite: '▼', notPositive: '○' } as const;

const added = (a: Unshown, b: Unshown): Unshown => ({
  notANumber: a.notANumber + b.notANumber,
  infinite: a.infinite + b.infinite,
  negativeInfinite: a.negativeInfinite + b.negativeInfinite,
  notPositive: a.notPositive + b.notPositive,
});
