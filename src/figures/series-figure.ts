import type { SeriesName } from '../contract/index.ts';
import { iterationAxis } from './axis.ts';
import type { Scale } from './axis.ts';
import type { Joining } from './curve.ts';
import { fanLines, legendLinesPanel } from './legend-lines.ts';
import type { LegendLine } from './legend-lines.ts';
import { lookOf, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import type { Reference } from './references.ts';
import type { FigureInput } from './source.ts';
import type { FigureOptions, FigurePanel, FigureSpecification } from './specification.ts';
import type { FigureTheme, ThemeColor } from './theme.ts';
import { tracksOf } from './tracks.ts';
import type { Track } from './tracks.ts';
import { domainOf } from './walk.ts';

/** Curves of one series over iterations. */
export type SeriesLine = {
  readonly series: SeriesName;
  readonly dash?: string;
  /** Default: all. */
  readonly joining?: Joining;
  /** What values are multiplied by, e.g. 100 for shares as per cent; default 1. */
  readonly factor?: number;
  /** Pixels; default 1.75. */
  readonly strokeWidth?: number;
} & (
  | {
      readonly label: string;
      /** A colour of the theme by its name, or the number of a category. */
      readonly color: ThemeColor | number;
      /** Only the records of this coordinate; default: the series has none. */
      readonly coordinate?: number;
    }
  /** One curve for each coordinate, coloured in their order; what a coordinate is called, e.g. `σ = `. */
  | { readonly each: string }
);

/** A panel of series over iterations. */
export interface SeriesPanel {
  readonly title: string;
  readonly unit?: string;
  /** The usual vertical axis, where a reader may choose another; default: always linear. */
  readonly scale?: Scale;
  /** Heights that the axis reaches in any case. */
  readonly reaches?: readonly number[];
  readonly lines: readonly SeriesLine[];
  readonly references?: readonly Reference[];
}

/**
 * Series of a run over iterations, a panel below the other; what a run did not record is left out. Bands are one standard error to
 * both sides. Values without a place on an axis are marked at its edge and counted in a note. With `axis` in the options all panels that say what is usual have that one.
 */
export function seriesFigure(
  id: string,
  input: FigureInput,
  options: FigureOptions,
  panels: readonly SeriesPanel[],
): FigureSpecification {
  const { width, theme } = lookOf(options);
  return stackedFigure(id, input, { width, theme }, seriesPanels(input, options, panels));
}

/** The panels of {@link seriesFigure}. @param named whether the last one names the axis of iterations; default true */
export function seriesPanels(
  input: FigureInput,
  options: FigureOptions,
  panels: readonly SeriesPanel[],
  named = true,
): FigurePanel[] {
  const { width, theme } = lookOf(options);
  const found = panels
    .map((content) => ({ content, lines: content.lines.flatMap((line) => linesOf(line, input, theme)) }))
    .filter(({ lines }) => lines.length > 0);
  const curves = found.flatMap(({ lines }) => lines.map(({ curve }) => curve));
  const frame: PanelFrame = { width, theme, x: iterationAxis(options.window ?? domainOf(...curves)) };
  return found.map(({ content, lines }, index) => {
    const scale = content.scale === undefined ? 'linear' : (options.axis ?? content.scale);
    return legendLinesPanel(frame, { ...content, scale, lines, named: named && index === found.length - 1 });
  });
}

function linesOf(line: SeriesLine, input: FigureInput, theme: FigureTheme): LegendLine[] {
  const { series, dash, joining = 'all', factor = 1, strokeWidth = 1.75 } = line;
  const coordinate = 'label' in line ? line.coordinate : undefined;
  const part = { factor, ...(coordinate !== undefined && { coordinate }) };
  const tracks = tracksOf(input.records(series), joining, part);
  const styleOf = ({ band }: Track) => ({ strokeWidth, ...(dash !== undefined && { dash }), ...(band && { band }) });
  if (!('label' in line)) {
    const members = tracks.map((track) => ({ ...track, parameter: track.coordinate }));
    return fanLines(line.each, members, theme, styleOf);
  }
  const color = typeof line.color === 'number' ? theme.categories[line.color]! : theme[line.color];
  const legend = [{ label: line.label, color, ...(dash !== undefined && { dash }) }];
  return tracks.map((track) => ({ ...styleOf(track), curve: track.curve, color, legend }));
}
