import type { SeriesName } from '../contract/index.ts';
import type {
  ClockColumns,
  MetricsReader,
  RecordRange,
  RunChanges,
  SeriesColumns,
  SeriesOverview,
  SeriesPoints,
} from './core/index.ts';

/** Where an ancestor's part of a fork's history lies. */
export interface LayerBounds {
  /** Iteration at which the next run took over: records before it are part. */
  readonly before: number;
  /** Places in the fork's sequence: the part takes `first + 1` to `end`. */
  readonly first: number;
  readonly end: number;
}

/**
 * The part of a fork's history that an ancestor recorded. Its k-th record has the place `first + k` in the fork's sequence,
 * whatever place it has in its own: a resumed ancestor records the same again, in the same order, at other places.
 */
export class Layer {
  readonly bounds: LayerBounds;
  readonly #metrics: MetricsReader;
  /** Places of the part's records in the ancestor's own sequence. */
  readonly #own: Float64Array<ArrayBuffer>;

  constructor(metrics: MetricsReader, bounds: LayerBounds) {
    this.#metrics = metrics;
    this.bounds = bounds;
    this.#own = metrics.seqsBefore(bounds.before);
  }

  /** Records that the ancestor has of its part. */
  get count(): number {
    return this.#own.length;
  }

  series(): SeriesOverview[] {
    return this.#metrics.series(this.bounds.before);
  }

  /** The part's records in a range of the fork. */
  records(name: SeriesName, range: RecordRange): SeriesColumns {
    const { afterSeq = 0, toSeq = Infinity, toIteration = Infinity } = range;
    const columns = this.#metrics.records(name, {
      ...range,
      afterSeq: this.#toOwn(afterSeq),
      toSeq: this.#toOwn(toSeq),
      toIteration: Math.min(toIteration, this.bounds.before - 1),
    });
    return { ...columns, seq: columns.seq.map((seq) => this.bounds.first + rankOf(this.#own, seq)) };
  }

  /** The part's points of these series. */
  points(names: readonly SeriesName[]): Map<SeriesName, SeriesPoints> {
    const isPart = (iteration: number): boolean => iteration < this.bounds.before;
    const parts = new Map<SeriesName, SeriesPoints>();
    for (const [name, points] of this.#metrics.points(names).points) {
      const part = points.iteration.every(isPart) ? points : selectPoints(points, isPart);
      if (part.length > 0) parts.set(name, part);
    }
    return parts;
  }

  /** Whether that is known of all that the ancestor has recorded of a series. */
  isExact(name: SeriesName): boolean {
    return this.#metrics.isExact(name);
  }

  /** The ancestor's own seconds up to where the next run took over. */
  clock(): ClockColumns {
    const { iteration, seconds } = this.#metrics.clock();
    const end = iteration.findLastIndex((at) => at <= this.bounds.before) + 1;
    return { iteration: iteration.slice(0, end), seconds: seconds.slice(0, end) };
  }

  /** The part's records after a place of the fork, or the first `limit` of them. */
  changesAfter(seq: number, limit = Infinity): RunChanges {
    const newest = Math.min(Math.max(seq, this.bounds.first) + limit, this.bounds.end);
    const parts = this.series().map(
      ({ name }) => [name, this.records(name, { afterSeq: seq, toSeq: newest })] as const,
    );
    return { records: new Map(parts.filter(([, columns]) => columns.length > 0)), rewinds: [], newest };
  }

  close(): void {
    this.#metrics.close();
  }

  /** The place in the ancestor's sequence of the part's last record at or before a place of the fork. */
  #toOwn(seq: number): number {
    const rank = Math.min(seq - this.bounds.first, this.count);
    return rank < 1 ? 0 : this.#own[rank - 1]!;
  }
}

function selectPoints(points: SeriesPoints, isChosen: (iteration: number) => boolean): SeriesPoints {
  const chosen = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> =>
    column.filter((_, row) => isChosen(points.iteration[row]!));
  const iteration = chosen(points.iteration);
  return { length: iteration.length, iteration, coordinate: chosen(points.coordinate), value: chosen(points.value) };
}

/** Which one of ascending numbers `value` is, counted from 1. */
function rankOf(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
