import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { ThalwegError } from '../base/index.ts';
import { leastSquaresLine, pearsonCorrelation } from '../statistics/index.ts';
import { canShow, fitAxis, isOnAxis, scaled, unscaled } from './axis.ts';
import type { Axis, FittedAxis } from './axis.ts';
import type { Curve } from './curve.ts';
import { groupColors, groupShapes, groupsOf } from './groups.ts';
import type { Coloring } from './groups.ts';
import { line } from './line.ts';
import { countOmitted, omittedNotes } from './omitted.ts';
import { lookOf, panel } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { referenceDashes, referenceHeights, referenceLegend, referenceMarks } from './references.ts';
import type { Reference } from './references.ts';
import type { FigureCaption, FigureLook, FigurePanel, LegendEntry, MarkerShape } from './specification.ts';
import { scatterTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

/** Points of one group. */
export interface ScatterGroup {
  /** The legend's words. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Whether point i is an outlier: drawn hollow, and left out of the fitted line; default: none is. */
  readonly outliers?: ArrayLike<boolean>;
}

/** One panel of points. */
export interface ScatterPanel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly groups: readonly ScatterGroup[];
  readonly references?: readonly Reference[];
}

/** What a scatter plot shows. */
export interface ScatterFigureData extends FigureCaption {
  readonly id: string;
  readonly panels: readonly ScatterPanel[];
  /** Panels beside each other; default 1. */
  readonly columns?: number;
  /** Default: categories. */
  readonly coloring?: Coloring;
  /** Whether each group has its least-squares line and Pearson's r; default false. */
  readonly fitted?: boolean;
}

/**
 * Points of several groups, told apart by colour and shape, with fitted lines and r with its 95 % interval (Fisher z) in the
 * legend (rows M-corr, F-pred). On a logarithmic axis line and r are those of the logarithms. Outliers are hollow and not
 * fitted, their number stands in the legend; points that cannot be drawn are counted in a note. Throws `USAGE` for
 * a group with more x than y or fewer, and what {@link fitAxis} refuses.
 */
export function scatterFigure(data: ScatterFigureData, look: FigureLook = {}): TabledFigure {
  const { id, title, subtitle, panels, columns = 1, coloring = 'categories' } = data;
  const { width, panelWidth, theme } = lookOf(look, columns);
  const labels = groupsOf(panels.flatMap(({ groups }) => groups.map(({ label }) => label)));
  const style: ScatterStyle = {
    colors: groupColors(labels, coloring, theme),
    shapes: groupShapes(labels),
    references: referenceDashes(panels.flatMap(({ references = [] }) => references)),
    fitted: data.fitted ?? false,
  };
  const drawn = panels.map((content) => scatterPanel({ width: panelWidth, theme }, content, style));
  const legend = [
    ...(style.fitted ? [] : labels.map((label) => entryOf(label, style))),
    ...referenceLegend(style.references, theme.muted),
  ];
  return { id, title, subtitle, width, theme, columns, legend, panels: drawn, table: () => scatterTable(panels) };
}

interface ScatterStyle {
  readonly colors: ReadonlyMap<string, string>;
  readonly shapes: ReadonlyMap<string, MarkerShape>;
  readonly references: ReadonlyMap<string, string>;
  readonly fitted: boolean;
}

function scatterPanel(look: Omit<PanelFrame, 'x'>, content: ScatterPanel, style: ScatterStyle): FigurePanel {
  const { title, groups, references = [] } = content;
  groups.forEach(requirePairs);
  const x = fitAxis(
    content.x,
    groups.flatMap((group) => Array.from(group.x)),
    0.04,
  );
  const heights = [...groups.flatMap((group) => Array.from(group.y)), ...referenceHeights(references)];
  const y = fitAxis(content.y, heights, 0.05);
  const frame: PanelFrame = { ...look, x };
  const fits = style.fitted ? groups.map((group) => fitOf(group, x, y)) : [];
  return panel(frame, {
    title,
    unit: null,
    height: Math.round(Math.min(420, Math.max(230, 0.6 * frame.width))),
    legend: fits.map((fit, index) => ({ ...entryOf(groups[index]!.label, style), label: fit.label })),
    notes: omittedNotes(countOmitted(groups, x, y)),
    marks: [
      ...referenceMarks(frame, y, references, style.references),
      ...groups.flatMap((group) => pointMarks(group, x, y, style)),
      ...fits.flatMap(({ curve }, index) =>
        curve ? [line(frame, curve, { stroke: style.colors.get(groups[index]!.label)!, strokeWidth: 1.75 }, y)] : [],
      ),
    ],
    y,
    named: true,
  });
}

function requirePairs({ label, x, y }: ScatterGroup): void {
  if (x.length !== y.length)
    throw new ThalwegError(
      'USAGE',
      `scatter figure: expected as many x as y of ${label}, got ${x.length} and ${y.length}`,
    );
}

const entryOf = (label: string, { colors, shapes }: ScatterStyle): LegendEntry => ({
  label,
  color: colors.get(label)!,
  symbol: 'point',
  shape: shapes.get(label)!,
});

/** Many points are small and pale, so that where they crowd is seen. */
function pointMarks(group: ScatterGroup, x: FittedAxis, y: FittedAxis, style: ScatterStyle): Markish[] {
  const [color, symbol] = [style.colors.get(group.label)!, style.shapes.get(group.label)!];
  const shown = indices(group).filter((index) => isOnAxis(x, group.x[index]!) && isOnAxis(y, group.y[index]!));
  const many = shown.length > 200;
  const columns = (taken: readonly number[]): { x: number[]; y: number[] } => ({
    x: taken.map((index) => group.x[index]!),
    y: taken.map((index) => group.y[index]!),
  });
  const inner = shown.filter((index) => !isOutlier(group, index));
  const outer = shown.filter((index) => isOutlier(group, index));
  const look = { symbol, r: many ? 2 : 3.25 };
  return [
    Plot.dot({ length: inner.length }, { ...columns(inner), ...look, fill: color, fillOpacity: many ? 0.45 : 0.8 }),
    Plot.dot({ length: outer.length }, { ...columns(outer), ...look, stroke: color, strokeWidth: 1.1 }),
  ];
}

const indices = ({ x }: ScatterGroup): number[] => Array.from({ length: x.length }, (_, index) => index);
const isOutlier = ({ outliers }: ScatterGroup, index: number): boolean => outliers?.[index] ?? false;

interface Fit {
  readonly label: string;
  /** Null where no line is defined. */
  readonly curve: Curve | null;
}

/** Fewest points that have an interval of r. */
const fewestFitted = 4;

function fitOf(group: ScatterGroup, x: FittedAxis, y: FittedAxis): Fit {
  const kept = indices(group).filter(
    (index) => !isOutlier(group, index) && canShow(x.scale, group.x[index]!) && canShow(y.scale, group.y[index]!),
  );
  const outliers = indices(group).filter((index) => isOutlier(group, index)).length;
  const beside = outliers > 0 ? `, ${outliers} ${outliers === 1 ? 'outlier' : 'outliers'} hollow` : '';
  const count = `n\u00a0=\u00a0${kept.length}${beside}`;
  const [xs, ys] = [
    kept.map((index) => scaled(x.scale, group.x[index]!)),
    kept.map((index) => scaled(y.scale, group.y[index]!)),
  ];
  if (kept.length < fewestFitted) return { label: `${group.label}: too few points for a line, ${count}`, curve: null };
  const { r, interval } = pearsonCorrelation(xs, ys);
  if (Number.isNaN(r)) return { label: `${group.label}: no r, as x or y is constant, ${count}`, curve: null };
  const [from, to] = interval.map((end) => end.toFixed(2).replace('-', '−'));
  const label = `${group.label}: r = ${r.toFixed(2).replace('-', '−')} [${from!}, ${to!}], ${count}`;
  return { label, curve: fittedCurve(xs, ys, x, y) };
}

/** The least-squares line over the span of its points; it is straight in the coordinates in which both axes are even. */
function fittedCurve(xs: readonly number[], ys: readonly number[], x: FittedAxis, y: FittedAxis): Curve {
  const { slope, intercept } = leastSquaresLine(xs, ys);
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  return {
    x: Float64Array.of(unscaled(x.scale, low), unscaled(x.scale, high)),
    y: Float64Array.of(unscaled(y.scale, slope * low + intercept), unscaled(y.scale, slope * high + intercept)),
  };
}
