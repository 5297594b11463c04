import { fitAxis } from './axis.ts';
import type { Axis, FittedAxis } from './axis.ts';
import type { Band } from './band.ts';
import type { Curve } from './curve.ts';
import { groupColors, groupDashes, groupShapes, groupsOf, legendWord, seedsLabel } from './groups.ts';
import type { Coloring } from './groups.ts';
import { curveMarks } from './lines-panel.ts';
import type { DrawnCurve } from './lines-panel.ts';
import { countOmitted, omittedNotes } from './omitted.ts';
import { lookOf, panel } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { referenceDashes, referenceHeights, referenceLegend, referenceMarks } from './references.ts';
import type { Reference } from './references.ts';
import type { FigureCaption, FigureLook, FigurePanel, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { valueMarks } from './value-marks.ts';
import type { ValueMark } from './mark-height.ts';
import { linesTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

/** One curve over the common axis. Each of its values that is not finite is a gap, and is counted. */
export interface GroupedCurve {
  /** Its group by colour, e.g. the learning rate: the legend's words. */
  readonly color: string;
  /** Its group by dashes, e.g. the batch size; default: the colours have dashes of their own where they have no order. */
  readonly dash?: string;
  readonly curve: Curve;
  /** E.g. mean ± standard deviation; {@link LinesFigureData.band} says what. As many limits as points. */
  readonly band?: Band;
  /** Runs that the curve is a mean of. */
  readonly seeds?: number;
  /** One of many, behind the others: a thin stroke that lets through what lies below it. */
  readonly faint?: { readonly strokeWidth: number; readonly opacity: number; readonly color?: string };
  /** Measured values that have no height on the axis. With them (even none) nobody counts those of the curve. */
  readonly marks?: readonly ValueMark[];
}

/** One panel of curves. */
export interface CurvesPanel {
  readonly title: string;
  readonly y: Axis;
  readonly curves: readonly GroupedCurve[];
  readonly references?: readonly Reference[];
  /** What a reader must know besides: values that were counted where the curves were made. */
  readonly notes?: readonly string[];
}

/** In which order groups take their looks; default: as they appear. Groups without a curve keep theirs, unseen. */
export interface GroupOrder {
  readonly order?: readonly string[];
}

export type ColorGroups = GroupOrder & { readonly title?: string; readonly coloring: Coloring };

/** What a figure of lines shows. */
export interface LinesFigureData extends FigureCaption {
  readonly id: string;
  /** The horizontal axis of all panels. */
  readonly x: Axis;
  readonly panels: readonly CurvesPanel[];
  /** Panels beside each other; default 1. */
  readonly columns?: number;
  /** What colours mean (e.g. `learning rate`), and whether that has an order; default: categories without a word. */
  readonly colors?: ColorGroups;
  /** What dashes mean, e.g. `batch size`. */
  readonly dashes?: { readonly title: string } & GroupOrder;
  /** What the bands are, e.g. `± 1 s.d.` or `95 % interval`. */
  readonly band?: string;
}

/**
 * Curves of several groups over any common axis, linear or logarithmic, in one or more panels. Colour and dashes each stand for one
 * property; bands and reference lines have entries of their own in the common legend. Values that cannot be drawn are gaps, and a
 * note in their panel counts them. Throws `USAGE` for limits that are not ascending, for too many groups, and for a
 * number of columns that is not a whole one from 1 on.
 */
export function linesFigure(data: LinesFigureData, look: FigureLook = {}): TabledFigure {
  const columns = data.columns ?? 1;
  const { width, panelWidth, theme } = lookOf(look, columns);
  const curves = data.panels.flatMap((entry) => entry.curves);
  const x = fitAxis(data.x, everyX(curves));
  const frame: PanelFrame = { width: panelWidth, theme, x };
  const style = styleOf(data, curves, theme);
  const panels = data.panels.map((entry, index) =>
    curvesPanel(frame, entry, style, columns > 1 || index === data.panels.length - 1),
  );
  const { id, title, subtitle } = data;
  return {
    id,
    title,
    subtitle,
    width,
    theme,
    columns,
    legend: legendOf(data, curves, style, theme),
    panels,
    table: () => linesTable(data.panels),
  };
}

function curvesPanel(frame: PanelFrame, content: CurvesPanel, style: Style, named: boolean): FigurePanel {
  const { title, curves, references = [] } = content;
  const y = fitAxis({ ...content.y, label: null }, everyHeight(content), 0.05);
  const { label, unit = null } = content.y;
  return panel(frame, {
    title,
    unit: label === null ? unit : null,
    height: heightOf(frame.width, named),
    notes: [...notesOf(frame, y, curves), ...(content.notes ?? [])],
    marks: [
      ...referenceMarks(frame, y, references, style.references),
      ...curveMarks(frame, curves.map(style.drawn), y),
      ...curves.flatMap((curve) => valueMarks(frame, y, curve.marks ?? [], style.colors.get(curve.color)!)),
    ],
    y: { ...y, label: label !== null && unit !== null ? `${label} (${unit})` : label },
    named,
  });
}

const notesOf = (frame: PanelFrame, y: FittedAxis, curves: readonly GroupedCurve[]): string[] =>
  omittedNotes(
    countOmitted(
      curves.filter(({ marks }) => marks === undefined).map(({ curve }) => curve),
      frame.x,
      y,
    ),
  );

/** Wide panels are flat, narrow ones nearly square. */
export const heightOf = (width: number, named: boolean): number =>
  Math.round(Math.min(260, Math.max(184, 0.62 * width))) + (named ? 16 : 0);

interface Style {
  readonly drawn: (curve: GroupedCurve) => DrawnCurve;
  readonly colors: ReadonlyMap<string, string>;
  readonly dashes: ReadonlyMap<string, string | undefined>;
  readonly references: ReadonlyMap<string, string>;
  /** Whether dashes repeat what colours say. */
  readonly doubled: boolean;
}

function styleOf(data: LinesFigureData, curves: readonly GroupedCurve[], theme: FigureTheme): Style {
  const coloring = data.colors?.coloring ?? 'categories';
  const groups = groupsOf([...(data.colors?.order ?? []), ...curves.map(({ color }) => color)]);
  const colors = groupColors(groups, coloring, theme);
  const used = groupsOf(curves.flatMap(({ dash }) => (dash === undefined ? [] : [dash])));
  const dashGroups = groupsOf([...(data.dashes?.order ?? []), ...used]);
  const doubled = dashGroups.length === 0;
  const dashes = groupDashes(doubled ? (coloring === 'categories' ? groups : []) : dashGroups);
  const shapes = groupShapes(doubled ? groups : dashGroups);
  const drawn = ({ color, dash, curve, band, faint }: GroupedCurve): DrawnCurve => {
    const pattern = dashes.get(dash ?? color);
    const shape = shapes.get(dash ?? color) ?? 'circle';
    return {
      color: faint?.color ?? colors.get(color)!,
      curve,
      strokeWidth: faint?.strokeWidth ?? 1.75,
      ...(faint && { opacity: faint.opacity }),
      shape,
      ...(pattern !== undefined && { dash: pattern }),
      ...(band && { band }),
    };
  };
  const references = referenceDashes(data.panels.flatMap((entry) => entry.references ?? []));
  return { drawn, colors, dashes, references, doubled };
}

function legendOf(
  data: LinesFigureData,
  curves: readonly GroupedCurve[],
  { colors, dashes, doubled, references }: Style,
  theme: FigureTheme,
): LegendEntry[] {
  const dashOf = (group: string): { dash?: string } => {
    const dash = dashes.get(group);
    return dash === undefined ? {} : { dash };
  };
  const title = data.colors?.title;
  const isDrawn = new Set(curves.flatMap(({ color, dash = '' }) => [`color ${color}`, `dash ${dash}`]));
  const drawnColors = [...colors].filter(([label]) => isDrawn.has(`color ${label}`));
  const drawnDashes = [...dashes.keys()].filter((label) => isDrawn.has(`dash ${label}`));
  const seeds = seedsLabel(curves.map((curve) => curve.seeds));
  const hasBand = curves.some(({ band }) => band !== undefined);
  const band = [hasBand ? (data.band ?? 'band') : null, seeds].filter((part) => part !== null).join(', ');
  return [
    ...(title === undefined ? [] : [legendWord(`${title}:`, theme)]),
    ...drawnColors.map(([label, color]) => ({ label, color, ...(doubled && dashOf(label)) })),
    ...(doubled ? [] : [legendWord(`${data.dashes?.title ?? 'dashes'}:`, theme)]),
    ...(doubled ? [] : drawnDashes.map((label) => ({ label, color: theme.ink, ...dashOf(label) }))),
    ...(band === '' ? [] : [{ label: band, color: theme.muted, symbol: hasBand ? 'area' : 'none' } as const]),
    ...referenceLegend(references, theme.muted),
  ];
}

function* everyX(curves: readonly GroupedCurve[]): Generator<number> {
  for (const { curve } of curves) yield* curve.x;
}

/** Heights that an axis should reach. Lower limits of bands can be so near zero that they would stretch a logarithmic one. */
function* everyHeight({ y, curves, references = [] }: CurvesPanel): Generator<number> {
  for (const { curve, band } of curves) {
    yield* curve.y;
    if (band && y.scale !== 'log') yield* band.lower;
    if (band) yield* band.upper;
  }
  yield* referenceHeights(references);
}
