import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { clipCurve } from './curve.ts';
import type { Curve } from './curve.ts';
import { decimate } from './decimate.ts';
import type { FigurePanel, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';

export const panelMargins = { left: 62, right: 18, top: 8, bottom: 26 };

/** What all panels of one figure share. */
export interface PanelFrame {
  readonly width: number;
  readonly theme: FigureTheme;
  /** Limits of the horizontal axis, iterations. */
  readonly domain: readonly [number, number];
}

interface PanelContent {
  readonly title: string;
  readonly unit: string | null;
  readonly height: number;
  readonly legend?: readonly LegendEntry[];
  readonly marks: readonly Markish[];
  readonly y?: PlotOptions['y'];
  /** Whether the horizontal axis is named below this panel (the last one of a figure). */
  readonly bottom?: boolean;
}

/** A panel in the common style: hairline grid, axes without frame, tabular numbers. */
export function panel(frame: PanelFrame, content: PanelContent): FigurePanel {
  const { theme, width, domain } = frame;
  const bottom = content.bottom ?? false;
  const plot: PlotOptions = {
    width,
    height: content.height,
    marginLeft: panelMargins.left,
    marginRight: panelMargins.right,
    marginTop: panelMargins.top,
    marginBottom: bottom ? panelMargins.bottom + 16 : panelMargins.bottom,
    x: { domain: [...domain], label: null },
    y: { nice: true, zero: false, label: null, ...content.y },
    marks: [
      Plot.gridY({ stroke: theme.grid, strokeOpacity: 1, ticks: 5 }),
      ...content.marks,
      Plot.axisX({
        label: bottom ? 'iteration' : null,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        color: theme.muted,
        tickSize: 4,
        ticks: Math.max(3, Math.round(width / 90)),
        tickFormat: iterationLabel,
      }),
      Plot.axisY({ color: theme.muted, tickSize: 0, ticks: 5, tickPadding: 8 }),
    ],
  };
  return { title: content.title, unit: content.unit, legend: content.legend ?? [], plot, height: content.height };
}

const iterationLabel = (tick: number): string => String(Math.round(tick * 1e6) / 1e6);

/** A line mark through the part of `curve` in view, thinned to what the width can show. */
export function line(frame: PanelFrame, curve: Curve, style: Plot.LineOptions): Markish {
  const [from, to] = frame.domain;
  const pixels = 2 * (frame.width - panelMargins.left - panelMargins.right);
  const seen = clipCurve(decimate({ ...curve, length: curve.x.length }, from, to, pixels), from, to);
  return Plot.line(
    { length: seen.x.length },
    { x: seen.x, y: seen.y, strokeWidth: 1.5, strokeLinejoin: 'round', ...style },
  );
}
