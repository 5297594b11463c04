import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions, ScaleOptions } from '@observablehq/plot';
import type { FittedAxis } from './axis.ts';
import { defaultWidth } from './specification.ts';
import type { FigureCaption, FigureLook, FigurePanel, FigureSpecification, LegendEntry } from './specification.ts';
import { figureThemes } from './theme.ts';
import type { FigureTheme } from './theme.ts';
import { tickLabel, ticksOf } from './ticks.ts';

export const panelMargins = { left: 62, right: 18, top: 8, bottom: 26 };
/** Room for the name of an axis. */
const nameHeight = 16;

/** What all panels of one figure share: their width (pixels), colours, and horizontal axis. */
export interface PanelFrame {
  readonly width: number;
  readonly theme: FigureTheme;
  readonly x: FittedAxis;
}

/** The vertical axis of a panel: settled, or fitted by Plot to what the marks show, including zero on request. */
export type VerticalAxis = FittedAxis | { readonly zero: boolean };

export interface PanelContent {
  readonly title: string;
  readonly unit: string | null;
  readonly height: number;
  readonly legend?: readonly LegendEntry[];
  readonly notes?: readonly string[];
  readonly marks: readonly Markish[];
  /** Default: fitted, without zero. */
  readonly y?: VerticalAxis;
  /** Whether the horizontal axis is named below this panel. */
  readonly named: boolean;
}

/** Width and theme of a figure in `columns` columns. */
export function lookOf(look: FigureLook, columns = 1): { width: number; panelWidth: number; theme: FigureTheme } {
  const width = look.width ?? defaultWidth;
  return { width, panelWidth: Math.floor(width / columns), theme: figureThemes[look.theme ?? 'light'] };
}

/** A figure whose panels stand below each other and have legends of their own. */
export const stackedFigure = (
  id: string,
  { title, subtitle }: FigureCaption,
  { width, theme }: Omit<PanelFrame, 'x'>,
  panels: readonly FigurePanel[],
): FigureSpecification => ({ id, title, subtitle, width, theme, columns: 1, legend: [], panels });

/** A panel in the common style: hairline grid, axes without frame, tabular numbers. */
export function panel(frame: PanelFrame, content: PanelContent): FigurePanel {
  const { theme, width, x } = frame;
  const { title, unit, height, legend = [], notes = [], named, y = { zero: false } } = content;
  const name = 'domain' in y ? y.label : null;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: panelMargins.left + (name === null ? 0 : nameHeight),
    marginRight: panelMargins.right,
    marginTop: panelMargins.top,
    marginBottom: panelMargins.bottom + (named ? nameHeight : 0),
    x: { type: x.scale, domain: [...x.domain], label: null },
    y: verticalScale(y),
    marks: [gridMark(theme, y), ...content.marks, axisBelow(theme, x, width, named), axisBeside(theme, y)],
  };
  return { title, unit, legend, notes, plot, height, ...(x.isIterations && { iterations: x.domain }) };
}

function verticalScale(y: VerticalAxis): ScaleOptions {
  if (!('domain' in y)) return { nice: true, zero: y.zero, label: null };
  return { type: y.scale, domain: [...y.domain], label: null };
}

const verticalTicks = 5;

const gridMark = (theme: FigureTheme, y: VerticalAxis): Markish =>
  Plot.gridY({ stroke: theme.grid, strokeOpacity: 1, ticks: ticksBeside(y) });

const ticksBeside = (y: VerticalAxis): number[] | number => ('domain' in y ? ticksOf(y, verticalTicks) : verticalTicks);

/** The horizontal axis, with its name where it is asked for. */
export const axisBelow = (theme: FigureTheme, x: FittedAxis, width: number, named: boolean): Markish =>
  Plot.axisX({
    label: named ? x.label : null,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: 38,
    color: theme.muted,
    tickSize: 4,
    ticks: ticksOf(x, Math.max(3, Math.round(width / 90))),
    tickFormat: tickLabel,
  });

/** The vertical axis. */
export const axisBeside = (theme: FigureTheme, y: VerticalAxis): Markish =>
  Plot.axisY({
    label: 'domain' in y ? y.label : null,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: panelMargins.left,
    color: theme.muted,
    tickSize: 0,
    ticks: ticksBeside(y),
    tickFormat: tickLabel,
    tickPadding: 8,
  });

/** Columns of pixels of the horizontal axis of a panel. */
export const innerWidth = (width: number): number => width - panelMargins.left - panelMargins.right;
