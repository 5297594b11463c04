import { suggest, ThalwegError } from '../base/index.ts';
import { figureChoices } from '../contract/index.ts';
import type { RunFile, SeriesName } from '../contract/index.ts';
import { curvatureFigures } from './catalogue/curvature.ts';
import type { FigureDescription, FigureEntry } from './catalogue/entry.ts';
import { lossFigures } from './catalogue/losses.ts';
import { marginFigures } from './catalogue/margins.ts';
import { noiseFigures } from './catalogue/noise.ts';
import { trainingFigures } from './catalogue/training.ts';
import { walkFigures } from './catalogue/walk.ts';
import { curveOf } from './curve.ts';
import type { Curve, Joining } from './curve.ts';
import { modelTitle } from './model-title.ts';
import { rulesTitle } from './rule-title.ts';
import type { FigureInput, FigureSource } from './source.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { recordsTable } from './table.ts';
import type { FigureTable } from './table.ts';

const entries = {
  ...walkFigures,
  ...trainingFigures,
  ...curvatureFigures,
  ...noiseFigures,
  ...marginFigures,
  ...lossFigures,
} as const;

export type FigureId = keyof typeof entries;
export const figureIds = Object.keys(entries) as FigureId[];
/** Every figure by its identifier. */
export const figureCatalogue: Readonly<Record<FigureId, FigureDescription>> = entries;

/** Whether a run that has recorded these series can be asked for a figure. */
export const canDraw = (figure: FigureDescription, hasRecorded: (series: SeriesName) => boolean): boolean =>
  figure.needs.length > 0 ? figure.needs.every(hasRecorded) : figure.shows.some(hasRecorded);

/**
 * The figure `id` of one run. Throws `FIGURE_UNKNOWN` for another id, `NO_DATA` when the run has not recorded what the
 * figure needs, or not at the chosen place, `USAGE` for an empty window and for a choice that the figure does not have.
 */
export function buildFigure(id: string, source: FigureSource, options: FigureOptions = {}): FigureSpecification {
  const { entry, input } = requested(id, source, options);
  return entry.build(input, options);
}

/** What {@link buildFigure} shows as numbers, within the window and not thinned. Throws what it throws. */
export function figureTable(id: string, source: FigureSource, options: FigureOptions = {}): FigureTable {
  const { entry, input } = requested(id, source, options);
  return entry.table?.(input, options) ?? recordsTable(input, [...entry.needs, ...entry.shows], options);
}

function requested(
  id: string,
  source: FigureSource,
  options: FigureOptions,
): { entry: FigureEntry; input: FigureInput } {
  if (!isFigureId(id)) throw new ThalwegError('FIGURE_UNKNOWN', `figure: no figure "${id}"; ${suggest(id, figureIds)}`);
  const entry: FigureEntry = entries[id];
  requireOptions(id, entry, options);
  const run = source.file();
  const records = new Map([...entry.needs, ...entry.shows].map((series) => [series, source.records(series)]));
  requireRecords(id, run, entry, (series) => records.get(series)!.length > 0);
  const curve = (series: SeriesName, joining: Joining): Curve => curveOf(records.get(series)!, joining);
  const input: FigureInput = {
    run,
    ...captionOf(run),
    records: (series) => records.get(series)!,
    required: curve,
    optional: (series, joining) => (records.get(series)!.length > 0 ? curve(series, joining) : null),
  };
  return { entry, input };
}

const isFigureId = (id: string): id is FigureId => Object.hasOwn(entries, id);

function requireOptions(id: string, { choices }: FigureDescription, options: FigureOptions): void {
  if (options.window && !(options.window[1] > options.window[0]))
    throw new ThalwegError('USAGE', `figure ${id}: expected a window with from < to, got ${options.window.join('..')}`);
  const surplus = figureChoices.find((choice) => options[choice] !== undefined && !choices.includes(choice));
  if (surplus === undefined) return;
  const taken = choices.length > 0 ? `only ${choices.join(', ')}` : 'no choice';
  throw new ThalwegError('USAGE', `figure ${id}: expected ${taken}, got ${surplus}`);
}

function requireRecords(
  id: string,
  run: RunFile,
  figure: FigureDescription,
  hasRecorded: (series: SeriesName) => boolean,
): void {
  if (canDraw(figure, hasRecorded)) return;
  const missing = figure.needs.filter((series) => !hasRecorded(series));
  const what =
    missing.length > 0 ? `not recorded ${missing.join(', ')}` : `recorded none of ${figure.shows.join(', ')}`;
  throw new ThalwegError('NO_DATA', `figure ${id}: run ${run.id} has ${what}`);
}

/** Title and subtitle that say which run a figure shows. */
export function captionOf(run: RunFile): { readonly title: string; readonly subtitle: string } {
  const { specification } = run;
  const { model, data } = specification;
  const title = specification.name ?? specification.study ?? run.id;
  const subtitle = [
    rulesTitle(specification),
    `${modelTitle(model)} on ${data.name}`,
    `seed ${specification.seed}`,
  ].join(' · ');
  return { title, subtitle };
}
