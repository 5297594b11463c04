import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { histograms } from '../statistics/index.ts';
import type { Histograms } from '../statistics/index.ts';
import { canShow, fitAxis, scaled, unscaled } from './axis.ts';
import type { Axis, Scale } from './axis.ts';
import type { Curve } from './curve.ts';
import { groupColors, groupDashes, groupsOf, legendWord } from './groups.ts';
import type { Coloring } from './groups.ts';
import { line } from './line.ts';
import { heightOf } from './lines.ts';
import { countOffScale, omittedNotes } from './omitted.ts';
import { lookOf, panel } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { referenceDashes, referenceLegend, referenceMarks } from './references.ts';
import type { Reference } from './references.ts';
import type { FigureCaption, FigureLook, FigurePanel, LegendEntry } from './specification.ts';
import { histogramTable } from './drawn-tables.ts';
import type { FigureTable, TabledFigure } from './table.ts';

/** Numbers of one group. */
export interface HistogramGroup {
  /** The legend's words, or the panel's title. */
  readonly label: string;
  readonly values: ArrayLike<number>;
}

/** What a figure of histograms shows. */
export interface HistogramFigureData extends FigureCaption {
  readonly id: string;
  /** What the numbers are; on a logarithmic axis the bins have equal widths in the logarithm. */
  readonly x: Omit<Axis, 'domain'>;
  /** At least one. */
  readonly groups: readonly HistogramGroup[];
  /** Number of bins; default 40. */
  readonly bins?: number;
  /** All groups in one panel (the default), or one panel for each, all with the same axes. */
  readonly layout?: 'overlaid' | 'panels';
  /** Panels beside each other; default 1. */
  readonly columns?: number;
  /** Default: categories. */
  readonly coloring?: Coloring;
  /** Whether a tick at the axis marks the mean of each group; default false. */
  readonly means?: boolean;
  readonly references?: readonly Reference[];
}

/**
 * Histograms of several groups over the same bins (row M-batch, figure 4): the height of a bin is the per cent of its group's numbers
 * that lie in it, so that groups of different sizes compare. Numbers that are not finite, or not positive on a logarithmic
 * axis, are in no bin; a note counts them. Throws `NO_DATA` without a number to show, `USAGE` unless `bins` is a whole number
 * from 1 on.
 */
export function histogramFigure(data: HistogramFigureData, look: FigureLook = {}): TabledFigure {
  const { id, title, subtitle, groups, bins = 40, columns = 1, references = [] } = data;
  const scale = data.x.scale ?? 'linear';
  const { width, panelWidth, theme } = lookOf(look, columns);
  const labels = groupsOf(groups.map(({ label }) => label));
  const [colors, dashes] = [groupColors(labels, data.coloring ?? 'categories', theme), groupDashes(labels)];
  const shown = histograms(
    groups.map(({ values }) => onScale(values, scale)),
    bins,
  );
  const outlines = groups.map((group, index) => outlineOf(group, index, shown, scale));
  const entries = groups.map(({ label }, index) => ({
    ...outlines[index]!,
    color: colors.get(label)!,
    dash: dashes.get(label),
  }));
  const frame: PanelFrame = { width: panelWidth, theme, x: fitAxis(data.x, outlines[0]!.curve.x) };
  const content: Content = {
    top: Math.max(...outlines.map(({ highest }) => highest)),
    references,
    dashOf: referenceDashes(references),
    means: data.means ?? false,
  };
  const apart = data.layout === 'panels';
  const panels = apart
    ? entries.map((entry, index) =>
        histogramPanel(frame, [{ ...entry, dash: undefined }], groups[index]!.label, content),
      )
    : [histogramPanel(frame, entries, 'Distribution', content)];
  const legend = [
    ...(apart ? [] : entries.map(entryOf)),
    ...(content.means ? [legendWord('▼ mean', theme)] : []),
    ...referenceLegend(content.dashOf, theme.muted),
  ];
  const table = (): FigureTable => histogramTable(groups.map(({ label }, index) => ({ ...outlines[index]!, label })));
  return { id, title, subtitle, width, theme, columns, legend, panels, table };
}

/** The numbers in the coordinate in which bins have equal widths. */
const onScale = (values: ArrayLike<number>, scale: Scale): number[] =>
  Array.from(values)
    .filter((value) => canShow(scale, value))
    .map((value) => scaled(scale, value));

interface Outline {
  readonly label: string;
  /** Steps from zero up and down to zero again, per cent. */
  readonly curve: Curve;
  /** Edges of the bins, and what lies in each, per cent of what lies in some. */
  readonly edges: readonly number[];
  readonly shares: readonly number[];
  readonly highest: number;
  readonly mean: number;
  readonly notFinite: number;
  readonly notPositive: number;
}

type Entry = Outline & { readonly color: string; readonly dash: string | undefined };

interface Content {
  /** Highest bin of all groups, per cent. */
  readonly top: number;
  readonly references: readonly Reference[];
  readonly dashOf: ReadonlyMap<string, string>;
  readonly means: boolean;
}

function outlineOf(group: HistogramGroup, index: number, { edges, counts }: Histograms, scale: Scale): Outline {
  const { bins } = counts[index]!;
  const total = bins.reduce((sum, count) => sum + count, 0);
  const shares = Array.from(bins, (count) => (total > 0 ? (100 * count) / total : NaN));
  const ends = Array.from(edges, (edge) => unscaled(scale, edge));
  const [x, y]: [number[], number[]] = [[ends[0]!], [0]];
  shares.forEach((share, bin) => {
    x.push(ends[bin]!, ends[bin + 1]!);
    y.push(share, share);
  });
  x.push(x.at(-1)!);
  y.push(0);
  const values = Array.from(group.values).filter((value) => canShow(scale, value));
  return {
    label: `${group.label} (n = ${group.values.length})`,
    curve: { x: Float64Array.from(x), y: Float64Array.from(y) },
    edges: ends,
    shares,
    highest: total > 0 ? Math.max(...y) : 0,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    ...countOffScale(Array.from(group.values), scale),
  };
}

function histogramPanel(frame: PanelFrame, entries: readonly Entry[], title: string, content: Content): FigurePanel {
  const y = fitAxis({ label: null, domain: [0, 1.08 * content.top] }, []);
  const left = (key: 'notFinite' | 'notPositive'): number => entries.reduce((sum, entry) => sum + entry[key], 0);
  return panel(frame, {
    title,
    unit: '% of each group in a bin',
    height: heightOf(frame.width, true),
    notes: omittedNotes({ notFinite: left('notFinite'), notPositive: left('notPositive'), beyond: 0 }),
    marks: [
      ...referenceMarks(frame, y, content.references, content.dashOf),
      ...entries.map(({ curve, color }) =>
        Plot.areaY({ length: curve.x.length }, { x: curve.x, y1: 0, y2: curve.y, fill: color, fillOpacity: 0.12 }),
      ),
      ...entries.map(({ curve, color, dash }) =>
        line(frame, curve, { stroke: color, ...(dash !== undefined && { strokeDasharray: dash }) }, y),
      ),
      ...(content.means ? entries.map((entry) => meanMark(entry, y.domain[1])) : []),
      Plot.ruleY([0], { stroke: frame.theme.muted, strokeWidth: 1 }),
    ],
    y,
    named: true,
  });
}

/** A small triangle that points down at the mean. */
const meanMark = ({ mean, color }: Entry, top: number): Markish =>
  Plot.dot({ length: 1 }, { x: [mean], y: [top], symbol: 'triangle', rotate: 180, r: 4.5, fill: color });

const entryOf = ({ label, color, dash }: Entry): LegendEntry => ({ label, color, ...(dash !== undefined && { dash }) });
