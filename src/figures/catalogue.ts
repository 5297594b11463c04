import { suggest, ThalwegError } from '../base/index.ts';
import type { RunFile, SeriesName } from '../contract/index.ts';
import { curveOf } from './curve.ts';
import type { Curve, CurveColumns, Joining } from './curve.ts';
import { curvesFigure } from './curves.ts';
import { densityFigure } from './density.ts';
import { heightsFigure } from './heights.ts';
import { modelTitle } from './model-title.ts';
import { rulesTitle } from './rule-title.ts';
import { sharpnessFigure } from './sharpness.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { walkFigure } from './walk.ts';

/** Where a figure's data come from: a run's reader, or anything with the same two methods. */
export interface FigureSource {
  file(): RunFile;
  /** All records of a series. */
  records(series: SeriesName): CurveColumns;
}

/** A figure that a run can be asked for. */
export interface FigureDescription {
  readonly title: string;
  /** Rows of mission.md that it shows. */
  readonly rows: readonly string[];
  /** Series without which there is no figure. */
  readonly needs: readonly SeriesName[];
  /** Series whose curves or panels are left out where a run lacks them. */
  readonly shows: readonly SeriesName[];
}

interface FigureEntry extends FigureDescription {
  readonly build: (data: FigureInput, options: FigureOptions) => FigureSpecification;
}

interface FigureInput {
  readonly title: string;
  readonly subtitle: string;
  readonly records: (series: SeriesName) => CurveColumns;
  readonly required: (series: SeriesName, joining: Joining) => Curve;
  readonly optional: (series: SeriesName, joining: Joining) => Curve | null;
}

const entries = {
  walk: {
    title: 'The walk: interpolated loss, cosine, distance',
    rows: ['W-interp', 'W-cos', 'W-dist'],
    needs: ['interpolation.loss', 'interpolation.floor'],
    shows: ['gradient.cosine', 'parameters.distance'],
    build: ({ title, subtitle, required, optional }, options) =>
      walkFigure(
        {
          title,
          subtitle,
          loss: required('interpolation.loss', 'consecutive'),
          floor: required('interpolation.floor', 'consecutive'),
          cosine: optional('gradient.cosine', 'consecutive'),
          distance: optional('parameters.distance', 'consecutive'),
        },
        options,
      ),
  },
  curves: {
    title: 'Learning curves: loss and accuracy',
    rows: [],
    needs: ['train.loss'],
    shows: ['batch.loss', 'validation.loss', 'test.loss', 'train.accuracy', 'validation.accuracy', 'test.accuracy'],
    build: ({ title, subtitle, required, optional }, options) =>
      curvesFigure(
        {
          title,
          subtitle,
          batchLoss: optional('batch.loss', 'consecutive'),
          trainLoss: required('train.loss', 'all'),
          validationLoss: optional('validation.loss', 'all'),
          testLoss: optional('test.loss', 'all'),
          trainAccuracy: optional('train.accuracy', 'all'),
          validationAccuracy: optional('validation.accuracy', 'all'),
          testAccuracy: optional('test.accuracy', 'all'),
        },
        options,
      ),
  },
  heights: {
    title: 'Heights above the valley floor, and barriers',
    rows: ['W-height', 'W-barrier'],
    needs: ['interpolation.height', 'interpolation.barrier'],
    shows: [],
    build: ({ title, subtitle, required }, options) =>
      heightsFigure(
        {
          title,
          subtitle,
          height: required('interpolation.height', 'consecutive'),
          barrier: required('interpolation.barrier', 'consecutive'),
        },
        options,
      ),
  },
  sharpness: {
    title: 'Sharpness: extreme eigenvalues of the Hessian, threshold of stability, accuracy',
    rows: ['W-sharp'],
    needs: ['hessian.sharpness'],
    shows: ['hessian.mostNegative', 'hessian.stability', 'validation.accuracy', 'test.accuracy'],
    build: ({ title, subtitle, required, optional }, options) => {
      const [validation, test] = [optional('validation.accuracy', 'all'), optional('test.accuracy', 'all')];
      const accuracy = validation ? { label: 'validation', curve: validation } : test && { label: 'test', curve: test };
      return sharpnessFigure(
        {
          title,
          subtitle,
          sharpness: required('hessian.sharpness', 'all'),
          mostNegative: optional('hessian.mostNegative', 'all'),
          stability: optional('hessian.stability', 'all'),
          accuracy,
        },
        options,
      );
    },
  },
  density: {
    title: 'Spectral density of the Hessian: the last one, and ridgelines over training',
    rows: [],
    needs: ['hessian.density'],
    shows: ['hessian.densityWidth'],
    build: ({ title, subtitle, records }, options) => {
      const widths = records('hessian.densityWidth');
      const kernel = widths.length > 0 ? ` · kernel σ ${Number(widths.value[widths.length - 1]!.toPrecision(3))}` : '';
      return densityFigure({ title, subtitle: `${subtitle}${kernel}`, density: records('hessian.density') }, options);
    },
  },
} as const satisfies Record<string, FigureEntry>;

export type FigureId = keyof typeof entries;
export const figureIds = Object.keys(entries) as FigureId[];
/** Every figure by its identifier. */
export const figureCatalogue: Readonly<Record<FigureId, FigureDescription>> = entries;

/**
 * The figure `id` of one run. Throws `FIGURE_UNKNOWN` for another id, `NO_DATA` when the run has not recorded what the
 * figure needs, `USAGE` for an empty window.
 */
export function buildFigure(id: string, source: FigureSource, options: FigureOptions = {}): FigureSpecification {
  if (!isFigureId(id)) throw new ThalwegError('FIGURE_UNKNOWN', `figure: no figure "${id}"; ${suggest(id, figureIds)}`);
  if (options.window && !(options.window[1] > options.window[0])) {
    throw new ThalwegError('USAGE', `figure ${id}: expected a window with from < to, got ${options.window.join('..')}`);
  }
  const entry: FigureEntry = entries[id];
  const run = source.file();
  const records = new Map([...entry.needs, ...entry.shows].map((series) => [series, source.records(series)]));
  const missing = entry.needs.filter((series) => records.get(series)!.length === 0);
  if (missing.length > 0)
    throw new ThalwegError('NO_DATA', `figure ${id}: run ${run.id} has not recorded ${missing.join(', ')}`);
  const curve = (series: SeriesName, joining: Joining): Curve => curveOf(records.get(series)!, joining);
  const input: FigureInput = {
    ...captionOf(run),
    records: (series) => records.get(series)!,
    required: curve,
    optional: (series, joining) => (records.get(series)!.length > 0 ? curve(series, joining) : null),
  };
  return entry.build(input, options);
}

const isFigureId = (id: string): id is FigureId => Object.hasOwn(entries, id);

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
