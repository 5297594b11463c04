import { bandKinds, curveAxes, isSeriesName } from '../../../../src/contract/index.ts';
import type { BandKind, CurveAxis, SeriesName } from '../../../../src/contract/index.ts';
import type { Scale } from '../../../../src/figures/index.ts';
import { orderText, parseFinals, parseOrder, usualFinals } from './final-order.ts';
import type { FinalKey, FinalOrder } from './final-order.ts';
import type { QueryPatch } from '../routes.ts';
import { parseWindow, windowText } from '../windows.ts';
import type { Range } from '../windows.ts';

/** What is drawn of a group: its mean, its runs, or both. */
export const drawings = ['mean', 'runs', 'both'] as const;
export type Drawing = (typeof drawings)[number];

/** A curve that every run may have: a series, and of one with coordinates (eigenvalues by rank, densities) the one of them. */
export interface CurveChoice {
  readonly series: SeriesName;
  readonly coordinate: number | null;
}

/** Everything that a reader chose in the view: it lies in the address, so that a link shows the same. */
export interface CompareAddress {
  /** Names of runs, each once. */
  readonly runs: readonly string[];
  /** One panel each. */
  readonly curves: readonly CurveChoice[];
  readonly x: CurveAxis;
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** Keys by which runs are grouped; null: by none, undefined: the view chooses. */
  readonly color: string | null | undefined;
  readonly line: string | null | undefined;
  readonly band: BandKind;
  readonly drawing: Drawing;
  /** Part of the horizontal axis in view; null: everything. */
  readonly window: Range | null;
  /** Share that the smoothed curve keeps of what came before, in [0, 1); 0: none is drawn. */
  readonly smoothing: number;
  /** Columns of the table of final figures. */
  readonly finals: readonly FinalKey[];
  /** Order of the table of final figures; null: as in the legend. */
  readonly order: FinalOrder | null;
  /** Groups that are switched off, by their names in the legend. */
  readonly hidden: readonly string[];
}

const defaultCurves: readonly CurveChoice[] = [{ series: 'train.loss', coordinate: null }];
const usualBand: BandKind = 'deviation';
export const largestSmoothing = 0.99;

/** What an address asks for. What it says wrongly or not at all has its default. */
export function readAddress(query: URLSearchParams): CompareAddress {
  const curves = listOf(query.get('series')).flatMap(curveOf);
  return {
    runs: unique(listOf(query.get('runs'))),
    curves: curves.length > 0 ? curves.filter(isFirst) : defaultCurves,
    x: oneOf(curveAxes, query.get('x'), 'iteration'),
    xScale: oneOf(['linear', 'log'], query.get('xscale'), 'linear'),
    yScale: oneOf(['linear', 'log'], query.get('yscale'), 'linear'),
    color: keyOf(query.get('color')),
    line: keyOf(query.get('line')),
    band: oneOf(bandKinds, query.get('band'), usualBand),
    drawing: oneOf(drawings, query.get('show'), 'mean'),
    window: parseWindow(query.get('window')),
    smoothing: shareOf(query.get('smooth')),
    finals: parseFinals(query.get('finals')),
    order: parseOrder(query.get('sort')),
    hidden: listOf(query.get('hide')).map(decoded),
  };
}

/** The part of a query that says `change`; what is the default has no place in an address. */
export function patchOf(change: Partial<CompareAddress>): QueryPatch {
  const patch: Record<string, string | null> = {};
  const put = (name: string, value: string, usual: string): void => void (patch[name] = value === usual ? null : value);
  if (change.runs) put('runs', change.runs.join(','), '');
  if (change.curves) put('series', change.curves.map(curveName).join(','), defaultCurves.map(curveName).join(','));
  if (change.x) put('x', change.x, 'iteration');
  if (change.xScale) put('xscale', change.xScale, 'linear');
  if (change.yScale) put('yscale', change.yScale, 'linear');
  if ('color' in change) patch['color'] = change.color === null ? 'none' : (change.color ?? null);
  if ('line' in change) patch['line'] = change.line === null ? 'none' : (change.line ?? null);
  if (change.band) put('band', change.band, usualBand);
  if (change.drawing) put('show', change.drawing, 'mean');
  if (change.window !== undefined) patch['window'] = windowText(change.window);
  if (change.smoothing !== undefined) put('smooth', String(change.smoothing), '0');
  if (change.finals) put('finals', change.finals.join(','), usualFinals.join(','));
  if (change.order !== undefined) patch['sort'] = orderText(change.order);
  if (change.hidden) put('hide', change.hidden.map(encodeURIComponent).join(','), '');
  return patch;
}

/** The address of a comparison of runs. */
export const compareAddress = (runs: readonly string[]): string =>
  runs.length > 0 ? `/compare?runs=${runs.map(encodeURIComponent).join(',')}` : '/compare';

/** `hessian.eigenvalue@2`: how a curve stands in an address and in the names of files. */
export const curveName = ({ series, coordinate }: CurveChoice): string =>
  coordinate === null ? series : `${series}@${coordinate}`;

function curveOf(name: string): CurveChoice[] {
  const [series = '', coordinate] = name.split('@');
  if (!isSeriesName(series)) return [];
  const place = coordinate === undefined || coordinate === '' ? NaN : Number(coordinate);
  return [{ series, coordinate: Number.isFinite(place) ? place : null }];
}

const isFirst = (curve: CurveChoice, index: number, all: readonly CurveChoice[]): boolean =>
  all.findIndex((other) => curveName(other) === curveName(curve)) === index;

const unique = (names: readonly string[]): string[] => [...new Set(names)];
const listOf = (text: string | null): string[] => (text ?? '').split(',').filter((part) => part !== '');

/** A part of a list whose parts may hold commas; as it stands where it is no such text. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function oneOf<T extends string>(known: readonly T[], text: string | null, usual: T): T {
  return known.find((entry) => entry === text) ?? usual;
}

const keyOf = (text: string | null): string | null | undefined =>
  text === null || text === '' ? undefined : text === 'none' ? null : text;

function shareOf(text: string | null): number {
  const share = Number(text ?? 0);
  return share > 0 ? Math.min(share, largestSmoothing) : 0;
}
