import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import type { SeriesName } from '../contract/index.ts';
import { fitAxis, iterationAxis } from './axis.ts';
import type { Domain } from './axis.ts';
import { shareColor, shareLegend, shareRange } from './heatmap.ts';
import { innerWidth, lookOf, panel, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { seriesPanels } from './series-figure.ts';
import type { FigureInput, FigureRecords } from './source.ts';
import type { FigureOptions, FigurePanel, FigureSpecification } from './specification.ts';
import { measuredIterations } from './tracks.ts';

const histograms: readonly { readonly series: SeriesName; readonly title: string }[] = [
  { series: 'batch.gradientHistogram', title: 'Elements of the gradients of single examples' },
  { series: 'batch.parameterHistogram', title: 'Parameters' },
];

/**
 * Histograms over training: a column for each measurement, coloured by the share of its elements in each bin. Where there are more
 * columns or bins than can be told apart, neighbours are added up, and a note says how many. Below: what lies beyond the bins.
 */
export function historyFigure(input: FigureInput, options: FigureOptions): FigureSpecification {
  const { width, theme } = lookOf(options);
  const shown = histograms.filter(({ series }) => input.records(series).length > 0);
  const x = iterationAxis(options.window ?? domainOfAll(shown.map(({ series }) => input.records(series))));
  const outside = seriesPanels(input, { ...options, window: x.domain }, [
    {
      title: 'Beyond the bins; the outermost ones hold them too',
      unit: '%',
      reaches: [0],
      lines: [
        { series: 'batch.gradientOutliers', label: 'gradients', color: 'loss', factor: 100, strokeWidth: 1.25 },
        { series: 'batch.parameterOutliers', label: 'parameters', color: 'ink', factor: 100, strokeWidth: 1.25 },
      ],
    },
  ]);
  const frame: PanelFrame = { width, theme, x };
  const panels = shown.map(({ series, title }, index) =>
    historyPanel(frame, title, input.records(series), outside.length === 0 && index === shown.length - 1),
  );
  return stackedFigure('gradient-histogram', input, { width, theme }, [...panels, ...outside]);
}

function domainOfAll(all: readonly FigureRecords[]): Domain {
  const measured = all.flatMap((records) => measuredIterations(records, [-Infinity, Infinity]));
  const [from, to] = [Math.min(...measured), Math.max(...measured)];
  return to > from ? [from, to] : [from, from + 1];
}

/** Rows that are told apart, and pixels of a column. */
const [mostRows, columnPixels] = [80, 4];

/** Counts of one cell's column: neighbouring measurements, each with its counts by bin. */
interface Column {
  readonly from: number;
  readonly to: number;
  readonly shares: readonly number[];
}

function historyPanel(frame: PanelFrame, title: string, records: FigureRecords, named: boolean): FigurePanel {
  const measured = measuredIterations(records, [...frame.x.domain]);
  const bins = [...new Set(records.coordinate.subarray(0, records.length))].sort((a, b) => a - b);
  const step = bins.length > 1 ? (bins.at(-1)! - bins[0]!) / (bins.length - 1) : 1;
  const together = {
    bins: Math.ceil(bins.length / mostRows),
    columns: Math.ceil(measured.length / Math.floor(innerWidth(frame.width) / columnPixels)),
  };
  const columns = columnsOf(records, measured, bins, together, frame.x.domain);
  const range = shareRange(columns.flatMap(({ shares }) => shares));
  const bottom = (bins[0] ?? 0) - step / 2;
  const rows = Math.ceil(bins.length / together.bins);
  const height = step * together.bins;
  const y = fitAxis({ label: null, domain: [bottom, bottom + step * Math.max(1, bins.length)] }, []);
  return panel(frame, {
    title,
    unit: null,
    height: named ? 236 : 220,
    legend: shareLegend(range, frame.theme),
    notes: togetherNotes(together),
    marks: [
      cells(frame, columns, range, (row) => [
        bottom + row * height,
        Math.min(y.domain[1], bottom + Math.min(rows, row + 1) * height),
      ]),
    ],
    y,
    named,
  });
}

const togetherNotes = ({ bins, columns }: { bins: number; columns: number }): string[] => {
  const parts = [
    columns > 1 ? `each column adds up ${columns} measurements` : null,
    bins > 1 ? `each row adds up ${bins} bins` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? [parts.join('; ')] : [];
};

/** Columns from half-way to the measurement before to half-way to the next one, within the limits of the axis. */
function columnsOf(
  records: FigureRecords,
  measured: readonly number[],
  bins: readonly number[],
  together: { readonly bins: number; readonly columns: number },
  [low, high]: Domain,
): Column[] {
  const rowOf = new Map(bins.map((bin, index) => [bin, Math.floor(index / together.bins)]));
  const columnOf = new Map(measured.map((iteration, index) => [iteration, Math.floor(index / together.columns)]));
  const counts = Array.from({ length: Math.ceil(measured.length / together.columns) }, () => new Map<number, number>());
  for (let row = 0; row < records.length; row++) {
    const column = counts[columnOf.get(records.iteration[row]!) ?? -1];
    const place = rowOf.get(records.coordinate[row]!)!;
    column?.set(place, (column.get(place) ?? 0) + records.value[row]!);
  }
  const middle = (index: number): number => (measured[index - 1]! + measured[index]!) / 2;
  return counts.map((column, index) => {
    const [first, next] = [index * together.columns, (index + 1) * together.columns];
    const total = [...column.values()].reduce((sum, count) => sum + count, 0);
    return {
      from: first === 0 ? low : middle(first),
      to: next >= measured.length ? high : middle(next),
      shares: Array.from({ length: Math.ceil(bins.length / together.bins) }, (_, at) => (column.get(at) ?? 0) / total),
    };
  });
}

function cells(
  { theme }: PanelFrame,
  columns: readonly Column[],
  range: Domain,
  rowAt: (row: number) => readonly [number, number],
): Markish {
  const filled = columns.flatMap(({ from, to, shares }) =>
    shares.flatMap((share, row) => (share > 0 ? [{ from, to, rows: rowAt(row), share }] : [])),
  );
  return Plot.rect(
    { length: filled.length },
    {
      x1: filled.map(({ from }) => from),
      x2: filled.map(({ to }) => to),
      y1: filled.map(({ rows }) => rows[0]),
      y2: filled.map(({ rows }) => rows[1]),
      // Neighbours share an edge: smoothed edges would let the background through.
      shapeRendering: 'crispEdges',
      fill: filled.map(({ share }) => shareColor(share, range, theme)),
    },
  );
}
