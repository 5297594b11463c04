import * as Plot from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { lookOf, panelMargins, stackedFigure } from './panel.ts';
import { floorDash } from './specification.ts';
import type { FigureLook, FigurePanel, FigureSpecification, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';

/** What the figure of a line between two networks shows. */
export interface ConnectivityFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** Ascending from 0 to 1. */
  readonly alphas: readonly number[];
  /** Loss at each α, nat. */
  readonly loss: readonly number[];
  /** Share of examples that are classified correctly. */
  readonly accuracy: readonly number[];
  /** How high the loss rises above the chord, nat. */
  readonly barrier: number;
}

/**
 * Loss (nat) with the chord between its ends, and accuracy (per cent), along the line `(1−α)θ_A + αθ_B`. A dot is a point that
 * was measured; one that is not finite is a gap.
 */
export function connectivityFigure(
  { title, subtitle, alphas, loss, accuracy, barrier }: ConnectivityFigureData,
  options: FigureLook = {},
): FigureSpecification {
  const { width, theme } = lookOf(options);
  const chord = [loss[0]!, loss.at(-1)!];
  const panels = [
    linePanel(width, theme, {
      title: 'Loss',
      unit: 'nat',
      height: 250,
      alphas,
      values: loss,
      chord,
      legend: [
        { label: 'on the line', color: theme.loss },
        { label: `chord; ${Number(barrier.toPrecision(3))} above it at most`, color: theme.floor, dash: floorDash },
      ],
    }),
    linePanel(width, theme, {
      title: 'Accuracy',
      unit: '%',
      height: 190,
      alphas,
      values: accuracy.map((share) => 100 * share),
      legend: [],
      label: 'α',
    }),
  ];
  return stackedFigure('connectivity', { title, subtitle }, { width, theme }, panels);
}

interface LineOptions {
  readonly title: string;
  readonly unit: string;
  readonly height: number;
  readonly alphas: readonly number[];
  readonly values: readonly number[];
  readonly chord?: readonly number[];
  readonly legend: readonly LegendEntry[];
  /** Of the horizontal axis. */
  readonly label?: string;
}

function linePanel(width: number, theme: FigureTheme, line: LineOptions): FigurePanel {
  const { title, unit, height, alphas, values, chord, legend, label } = line;
  const columns = { x: [...alphas], y: values.map((value) => (Number.isFinite(value) ? value : NaN)) };
  const points = { length: alphas.length };
  const color = chord ? theme.loss : theme.ink;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: panelMargins.left,
    marginRight: panelMargins.right,
    marginTop: panelMargins.top,
    marginBottom: panelMargins.bottom + (label === undefined ? 0 : 16),
    x: { domain: [0, 1], label: null },
    y: { label: null, nice: true, zero: false },
    marks: [
      Plot.gridY({ stroke: theme.grid, strokeOpacity: 1, ticks: 5 }),
      ...(chord
        ? [Plot.line({ length: 2 }, { x: [0, 1], y: [...chord], stroke: theme.floor, strokeDasharray: floorDash })]
        : []),
      Plot.line(points, { ...columns, stroke: color, strokeWidth: 1.5 }),
      Plot.dot(points, { ...columns, fill: color, r: 2 }),
      Plot.axisX({
        label: label ?? null,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        color: theme.muted,
        tickSize: 4,
      }),
      Plot.axisY({ color: theme.muted, tickSize: 0, ticks: 5, tickPadding: 8 }),
    ],
  };
  return { title, unit, legend, notes: [], plot, height };
}
