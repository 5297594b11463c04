import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import type { SeriesName } from '../contract/index.ts';
import { fitAxis, iterationAxis } from './axis.ts';
import { chosenIteration } from './chosen.ts';
import { bandInView } from './band.ts';
import { edgeContent } from './edges.ts';
import { line } from './line.ts';
import { innerWidth, lookOf, panel, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { referenceDashes, referenceMarks } from './references.ts';
import { seriesPanels } from './series-figure.ts';
import type { FigureInput } from './source.ts';
import type { FigureOptions, FigurePanel, FigureSpecification } from './specification.ts';
import { recordsTable } from './table.ts';
import type { FigureTable } from './table.ts';
import { sliceAt, tracksOf } from './tracks.ts';
import type { Track } from './tracks.ts';
import { domainOf } from './walk.ts';

const id = 'margins';

/** Where each kind of margin is recorded. */
const kinds = {
  output: { name: 'margin.output', title: 'Output margin' },
  absolute: { name: 'margin.absoluteOutput', title: 'Absolute output margin' },
  softmax: { name: 'margin.softmax', title: 'Softmax margin' },
} as const satisfies Record<string, { name: SeriesName; title: string }>;

/** What the examples of a margin are spread like, and how many are classified correctly. */
const seriesOf = (name: (typeof kinds)[keyof typeof kinds]['name']) =>
  ({ quantiles: name, skewness: `${name}Skewness`, histogram: `${name}Histogram` }) as const;

/**
 * Margins of the examples along training (row M-batch): box plots of their recorded quantiles (bands where they are too many for
 * boxes), skewness, the share of examples that are classified correctly, and the histogram at one iteration. Throws `NO_DATA` for
 * an iteration that was not measured.
 */
export function marginsFigure(input: FigureInput, options: FigureOptions): FigureSpecification {
  const { width, theme } = lookOf(options);
  const { name, title } = kinds[options.margin ?? 'output'];
  const { quantiles, skewness, histogram } = seriesOf(name);
  const tracks = tracksOf(input.records(quantiles), 'all');
  const x = iterationAxis(options.window ?? domainOf(...tracks.map(({ curve }) => curve)));
  const along = seriesPanels(input, { ...options, window: x.domain }, [
    {
      title: `Skewness of the ${title.toLowerCase()}`,
      lines: [{ series: skewness, label: 'skewness', color: 'ink' }],
      references: [{ kind: 'horizontal', at: 0, label: 'symmetric' }],
    },
    {
      title: 'Classified correctly',
      unit: '%',
      lines: [{ series: 'margin.correct', label: 'share correct', color: 'ink', factor: 100 }],
    },
  ]);
  const panels = [
    spreadPanel({ width, theme, x }, title, tracks, along.length === 0),
    ...along,
    ...histogramPanels({ width, theme }, input, options, histogram, title),
  ];
  return stackedFigure(id, input, { width, theme }, panels);
}

/** The records behind {@link marginsFigure}, of the histogram only those of its iteration. */
export function marginsTable(input: FigureInput, options: FigureOptions): FigureTable {
  const { quantiles, skewness, histogram } = seriesOf(kinds[options.margin ?? 'output'].name);
  const records = input.records(histogram);
  const at = records.length > 0 ? { [histogram]: chosenIteration(id, records, options) } : {};
  return recordsTable(input, [quantiles, skewness, 'margin.correct', histogram], options, at);
}

/** Pixels that a box plot needs. */
const boxPixels = 16;

function spreadPanel(frame: PanelFrame, title: string, tracks: readonly Track[], named: boolean): FigurePanel {
  const [from, to] = frame.x.domain;
  const middle = trackNear(tracks, 0.5);
  const places = Array.from(middle.curve.x).filter((at) => at >= from && at <= to);
  const isBoxes = places.length * boxPixels <= innerWidth(frame.width);
  const seen = tracks.flatMap(({ curve }) =>
    Array.from(curve.y).filter((_, at) => curve.x[at]! >= from && curve.x[at]! <= to),
  );
  const y = fitAxis({ label: null }, seen, 0.04);
  const edge = edgeContent(frame, [{ curve: middle.curve, color: frame.theme.loss }]);
  const color = frame.theme.loss;
  return panel(frame, {
    title: `${title} over training`,
    unit: null,
    height: 250,
    legend: [
      { label: 'median', color: frame.theme.ink },
      { label: isBoxes ? 'box: quartiles; whiskers: 5 to 95 %' : 'bands: quartiles, 5 to 95 %', color, symbol: 'area' },
      isBoxes
        ? { label: 'smallest, largest', color, symbol: 'ring' }
        : { label: 'smallest, largest', color, dash: '1.5 3' },
    ],
    notes: edge.notes,
    marks: [
      Plot.ruleY([0], { stroke: frame.theme.muted, strokeWidth: 1 }),
      ...(isBoxes ? boxMarks(frame, tracks, places) : bandMarks(frame, tracks)),
      ...edge.marks,
    ],
    y,
    named,
  });
}

/** The track of the quantile nearest to a probability. */
const trackNear = (tracks: readonly Track[], probability: number): Track =>
  tracks.reduce((best, track) =>
    Math.abs(track.coordinate - probability) < Math.abs(best.coordinate - probability) ? track : best,
  );

function boxMarks(frame: PanelFrame, tracks: readonly Track[], places: readonly number[]): Markish[] {
  const { theme, x } = frame;
  const [low, high] = x.domain;
  const perPixel = (high - low) / innerWidth(frame.width);
  const gaps = places.slice(1).map((at, index) => at - places[index]!);
  const half = Math.min(7 * perPixel, 0.35 * Math.min(...gaps, Infinity));
  const valueOf = (probability: number): number[] => {
    const { curve } = trackNear(tracks, probability);
    const values = new Map(Array.from(curve.x, (at, index) => [at, curve.y[index]!]));
    return places.map((at) => values.get(at) ?? NaN);
  };
  const [bottom, lower, first, median, third, upper, top] = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map(valueOf) as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const all = { length: places.length };
  // A box at the end of the axis is cut there.
  const sides = { x1: places.map((at) => Math.max(low, at - half)), x2: places.map((at) => Math.min(high, at + half)) };
  const ends = { r: 2, stroke: theme.loss, strokeWidth: 1 };
  return [
    Plot.ruleX(all, { x: places, y1: lower, y2: first, stroke: theme.loss, strokeWidth: 1.25 }),
    Plot.ruleX(all, { x: places, y1: third, y2: upper, stroke: theme.loss, strokeWidth: 1.25 }),
    Plot.rect(all, { ...sides, y1: first, y2: third, fill: theme.loss, fillOpacity: 0.2, stroke: theme.loss }),
    Plot.ruleY(all, { x1: sides.x1, x2: sides.x2, y: median, stroke: theme.ink, strokeWidth: 2 }),
    Plot.dot(all, { x: places, y: bottom, ...ends }),
    Plot.dot(all, { x: places, y: top, ...ends }),
  ];
}

function bandMarks(frame: PanelFrame, tracks: readonly Track[]): Markish[] {
  const { theme } = frame;
  const band = (from: number, to: number): Markish => {
    const [lower, upper] = [trackNear(tracks, from).curve, trackNear(tracks, to).curve];
    const seen = bandInView(frame, lower.x, { lower: lower.y, upper: upper.y });
    const columns = { x: seen.x, y1: seen.lower, y2: seen.upper };
    return Plot.areaY({ length: seen.x.length }, { ...columns, fill: theme.loss, fillOpacity: 0.2 });
  };
  const end = (probability: number): Markish =>
    line(frame, trackNear(tracks, probability).curve, { stroke: theme.loss, strokeWidth: 1, strokeDasharray: '1.5 3' });
  return [
    band(0.05, 0.95),
    band(0.25, 0.75),
    end(0),
    end(1),
    line(frame, trackNear(tracks, 0.5).curve, { stroke: theme.ink, strokeWidth: 1.75 }),
  ];
}

function histogramPanels(
  look: Omit<PanelFrame, 'x'>,
  input: FigureInput,
  options: FigureOptions,
  series: SeriesName,
  title: string,
): FigurePanel[] {
  const records = input.records(series);
  if (records.length === 0) return [];
  const iteration = chosenIteration(id, records, options);
  const { coordinates, values } = sliceAt(records, iteration);
  const step = coordinates.length > 1 ? (coordinates.at(-1)! - coordinates[0]!) / (coordinates.length - 1) : 1;
  const edges = [...coordinates.map((at) => at - step / 2), coordinates.at(-1)! + step / 2];
  const x = fitAxis({ label: title.toLowerCase() }, edges);
  const y = fitAxis({ label: null, domain: [0, 1.05 * Math.max(1, ...values)] }, []);
  const frame: PanelFrame = { ...look, x };
  const zero = [{ kind: 'vertical', at: 0, label: '0' }] as const;
  return [
    panel(frame, {
      title: `Histogram at iteration ${iteration}`,
      unit: 'examples in a bin',
      height: 220,
      marks: [
        Plot.rectY(
          { length: values.length },
          {
            x1: coordinates.map((at) => at - step / 2),
            x2: coordinates.map((at) => at + step / 2),
            y: [...values],
            fill: look.theme.loss,
            fillOpacity: 0.6,
            shapeRendering: 'crispEdges',
          },
        ),
        ...referenceMarks(frame, y, zero, referenceDashes(zero)),
      ],
      y,
      named: true,
    }),
  ];
}
