import { ThalwegError } from '../base/index.ts';
import { fitAxis } from './axis.ts';
import { curveThrough } from './curve.ts';
import { fanLines, legendLinesPanel } from './legend-lines.ts';
import type { LegendLine } from './legend-lines.ts';
import { lookOf, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { passageThrough, atPassage } from './passage.ts';
import type { FigureInput, FigureRecords } from './source.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import type { FigureTable } from './table.ts';
import { shortNumber } from './ticks.ts';

/** The alternative losses of paper G: where they are recorded, and how they and their parameters are written. */
export const alternativeLosses = {
  gcdf: { series: 'loss.gcdf', title: 'Gcdf loss', parameter: 'σ' },
  crossEntropy: { series: 'loss.crossEntropy', title: 'Cross-entropy', parameter: 'T' },
  hinge: { series: 'loss.hinge', title: 'Hinge loss', parameter: 'γ' },
} as const;
const losses = Object.values(alternativeLosses);

/** A loss at one parameter beside the training loss, in the order of iterations. */
interface Reading {
  /** NaN where the series has none. */
  readonly parameter: number;
  readonly iterations: readonly number[];
  readonly training: readonly number[];
  readonly values: readonly number[];
}

/** What was recorded together with the training loss, one reading for each parameter, ascending. */
function readingsOf(records: FigureRecords, training: ReadonlyMap<number, number>): Reading[] {
  const rows = Array.from({ length: records.length }, (_, row) => row).filter((row) =>
    training.has(records.iteration[row]!),
  );
  rows.sort((a, b) => records.iteration[a]! - records.iteration[b]!);
  const parameters = [...new Set(rows.map((row) => records.coordinate[row]!))].sort((a, b) => a - b);
  return parameters.map((parameter) => {
    const own = rows.filter((row) => Object.is(records.coordinate[row], parameter));
    const iterations = own.map((row) => records.iteration[row]!);
    return {
      parameter,
      iterations,
      training: iterations.map((iteration) => training.get(iteration)!),
      values: own.map((row) => records.value[row]!),
    };
  });
}

/** Training loss of the same examples by iteration, in the window. */
function trainingOf(
  { records }: FigureInput,
  { window = [-Infinity, Infinity] }: FigureOptions,
): ReadonlyMap<number, number> {
  const { length, iteration, value } = records('loss.training');
  const rows = Array.from({ length }, (_, row) => row).filter(
    (row) => iteration[row]! >= window[0] && iteration[row]! <= window[1],
  );
  rows.sort((a, b) => iteration[a]! - iteration[b]!);
  return new Map(rows.map((row) => [iteration[row]!, value[row]!]));
}

/**
 * Each alternative loss and the training error against the training loss of the same examples (row G-phase), a curve for each
 * parameter, its readings in the order of the training loss.
 */
export function lossPhaseFigure(input: FigureInput, options: FigureOptions): FigureSpecification {
  const { width, theme } = lookOf(options);
  const training = trainingOf(input, options);
  const x = fitAxis({ label: 'training loss', unit: 'nat' }, training.values(), 0.02);
  const frame: PanelFrame = { width, theme, x };
  const membersOf = (series: (typeof losses)[number]['series'] | 'loss.error', factor = 1) =>
    readingsOf(input.records(series), training).map(({ parameter, training: at, values }) => ({
      parameter,
      curve: curveThrough(
        at,
        values.map((value) => factor * value),
      ),
    }));
  const shown = losses.map(({ series, title, parameter }) => ({
    title,
    unit: parameter === 'T' ? 'nat' : undefined,
    scale: options.axis ?? ('log' as const),
    lines: fanLines(`${parameter} = `, membersOf(series), theme),
  }));
  const error: LegendLine[] = membersOf('loss.error', 100).map(({ curve }) => ({
    curve,
    color: theme.ink,
    strokeWidth: 1.75,
    legend: [],
  }));
  const panels = [
    ...shown,
    { title: 'Training error', unit: '% of the examples', scale: 'linear' as const, reaches: [0], lines: error },
  ].filter(({ lines }) => lines.length > 0);
  return stackedFigure(
    'loss-phase',
    input,
    { width, theme },
    panels.map((content, index) => legendLinesPanel(frame, { ...content, named: index === panels.length - 1 })),
  );
}

/** The readings of {@link lossPhaseFigure}. */
export function lossPhaseTable(input: FigureInput, options: FigureOptions): FigureTable {
  const training = trainingOf(input, options);
  const rows = [...losses.map(({ series }) => series), 'loss.error' as const].flatMap((series) =>
    readingsOf(input.records(series), training).flatMap((reading) =>
      reading.iterations.map((iteration, index) => [
        series,
        Number.isNaN(reading.parameter) ? null : reading.parameter,
        iteration,
        reading.training[index]!,
        reading.values[index]!,
      ]),
    ),
  );
  return { columns: ['series', 'parameter', 'iteration', 'training_loss', 'value'], rows };
}

/** One loss at the moment at which the run is cut: parameters and values. */
interface Slice {
  readonly loss: (typeof losses)[number];
  readonly parameters: readonly number[];
  readonly values: readonly number[];
}

interface Slices {
  readonly level: number;
  readonly slices: readonly Slice[];
}

/**
 * The losses where the training loss last falls through the chosen level: linear between the readings around it in the logarithm of
 * the training loss. Without a choice the level is the geometric mean of the first and the lowest training loss.
 */
function slicesOf(input: FigureInput, options: FigureOptions): Slices {
  const training = trainingOf(input, options);
  const level = options.trainingLoss ?? halfWayDown([...training.values()]);
  const slices = losses.map((loss) => {
    const readings = readingsOf(input.records(loss.series), training);
    const values = readings.map((reading) =>
      atPassage(passageThrough('figure loss-slice', reading.training, level), reading.values),
    );
    return { loss, parameters: readings.map(({ parameter }) => parameter), values };
  });
  return { level, slices: slices.filter(({ parameters }) => parameters.length > 0) };
}

function halfWayDown(training: readonly number[]): number {
  const positive = training.filter((value) => value > 0 && value < Infinity);
  const [first, lowest] = [positive[0], Math.min(...positive)];
  if (first !== undefined && lowest < first) return Math.sqrt(first * lowest);
  throw new ThalwegError('NO_DATA', 'figure loss-slice: expected a training loss that falls, got one that does not');
}

/**
 * Each alternative loss against its parameter at one training loss (row G-slice). Throws `NO_DATA` for a training loss that the run
 * never falls through.
 */
export function lossSliceFigure(input: FigureInput, options: FigureOptions): FigureSpecification {
  const { width, theme } = lookOf(options);
  const { level, slices } = slicesOf(input, options);
  const drawn = slices.map(({ loss, parameters, values }) => {
    const positive = parameters.every((parameter) => parameter > 0);
    const x = fitAxis({ label: loss.parameter, scale: positive ? 'log' : 'linear' }, parameters, 0.02);
    const line = { curve: curveThrough(parameters, values), color: theme.loss, strokeWidth: 1.75, legend: [] };
    const unit = loss.parameter === 'T' ? 'nat' : undefined;
    const content = { title: `${loss.title} against ${loss.parameter}`, unit, lines: [line], named: true };
    return legendLinesPanel({ width, theme, x }, { ...content, scale: options.axis ?? 'log' });
  });
  const subtitle = `${input.subtitle} · where the training loss last falls through ${shortNumber(level)} nat`;
  return stackedFigure('loss-slice', { title: input.title, subtitle }, { width, theme }, drawn);
}

/** The points of {@link lossSliceFigure}. */
export function lossSliceTable(input: FigureInput, options: FigureOptions): FigureTable {
  const { level, slices } = slicesOf(input, options);
  const rows = slices.flatMap(({ loss, parameters, values }) =>
    parameters.map((parameter, index) => [loss.series, parameter, level, values[index]!]),
  );
  return { columns: ['series', 'parameter', 'training_loss', 'value'], rows };
}
