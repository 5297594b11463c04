import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { inSeriesOrder, type RunParent, type SeriesName } from '../contract/index.ts';
import {
  concatColumns,
  concatPoints,
  type ClockColumns,
  type Metrics,
  type MetricsReader,
  type PointsChanges,
  type RecordRange,
  type RunChanges,
  type SeriesColumns,
  type SeriesOverview,
} from './core/index.ts';
import { Layer } from './layer.ts';
import { openMetricsReader } from './metrics.ts';
import { runFiles } from './paths.ts';
import { readRunFile } from './run-file.ts';

/**
 * The metrics of a fork: its ancestors' up to where each was forked, then its own. Ancestors are opened when something is
 * asked that they have a part in: a range from the fork's first iteration on is readable without them. Throws
 * `RUN_INVALID` with the name of an ancestor that is gone or has other records than when it was forked.
 */
export class ForkMetrics implements Metrics {
  readonly #directory: string;
  readonly #parent: RunParent;
  readonly #own: MetricsReader;
  #past: readonly Layer[] | undefined;

  constructor(directory: string, parent: RunParent, own: MetricsReader) {
    this.#directory = directory;
    this.#parent = parent;
    this.#own = own;
  }

  series(before = Infinity): SeriesOverview[] {
    const parts = [...this.#layers().map((layer) => layer.series()), this.#own.series(Math.min(before, lastIteration))];
    return inSeriesOrder(parts.flat().map(({ name }) => name)).map((name) => {
      const found = parts.flatMap((part) => part.filter((overview) => overview.name === name));
      const count = found.reduce((sum, overview) => sum + overview.count, 0);
      return { name, count, lastIteration: found.at(-1)!.lastIteration };
    });
  }

  records(name: SeriesName, range: RecordRange = {}): SeriesColumns {
    const { afterSeq = 0, fromIteration = 0, limit = Infinity } = range;
    const parts: SeriesColumns[] = [];
    let left = limit;
    if (afterSeq < this.#parent.records && fromIteration < this.#parent.iteration) {
      for (const layer of this.#layers()) {
        const part = layer.records(name, Number.isFinite(left) ? { ...range, limit: left } : range);
        parts.push(part);
        left -= part.length;
      }
    }
    parts.push(this.#own.records(name, Number.isFinite(left) ? { ...range, limit: left } : range));
    return concatColumns(parts.length > 1 ? parts.filter(({ length }, index) => length > 0 || index === 0) : parts);
  }

  newestSeq(): number {
    return Math.max(this.#own.newestSeq(), this.#parent.records);
  }

  changesAfter(seq: number, limit = Infinity): RunChanges {
    const pages: RunChanges[] = [];
    let left = limit;
    for (const layer of seq < this.#parent.records ? this.#layers() : []) {
      if (left === 0 || seq >= layer.bounds.end) continue;
      const page = layer.changesAfter(seq, left);
      pages.push(page);
      left -= page.newest - Math.max(seq, layer.bounds.first);
    }
    if (left > 0) {
      const own = this.#own.changesAfter(Math.max(seq, this.#parent.records), Number.isFinite(left) ? left : undefined);
      pages.push({ ...own, newest: Math.max(own.newest, this.#parent.records) });
    }
    return joined(pages);
  }

  points(names: readonly SeriesName[], since = 0): PointsChanges {
    const own = this.#own.points(names, since);
    const newest = Math.max(own.newest, this.#parent.records);
    if (since >= this.#parent.records && since > 0) return { ...own, newest };
    const parts = [...this.#layers().map((layer) => layer.points(names)), own.points];
    const points = names.flatMap((name) => {
      const found = parts.flatMap((part) => part.get(name) ?? []);
      return found.length > 0 ? [[name, concatPoints(found)] as const] : [];
    });
    return { rewound: own.rewound, points: new Map(points), newest };
  }

  isExact(name: SeriesName): boolean {
    return this.#own.isExact(name) && this.#layers().every((layer) => layer.isExact(name));
  }

  recorded(): SeriesName[] {
    const past = this.#layers().flatMap((layer) => layer.series().map(({ name }) => name));
    return [...new Set([...past, ...this.#own.recorded()])];
  }

  clock(): ClockColumns {
    return this.#layers()
      .map((layer) => layer.clock())
      .concat(this.#own.clock())
      .reduce(continued);
  }

  close(): void {
    for (const layer of this.#past ?? []) layer.close();
    this.#past = undefined;
    this.#own.close();
  }

  #layers(): readonly Layer[] {
    return (this.#past ??= openLayers(this.#directory, this.#parent));
  }
}

const lastIteration = Number.MAX_SAFE_INTEGER;

/** The parts of the ancestors, the oldest first. */
function openLayers(directory: string, parent: RunParent): Layer[] {
  const layers: Layer[] = [];
  try {
    const child = basename(directory);
    for (const link of ancestry(directory, parent)) {
      const metrics = openMetricsReader(join(dirname(directory), link.run, runFiles.metrics));
      layers.unshift(new Layer(metrics, { before: link.iteration, first: link.first, end: link.records }));
      requireCount(child, link, layers[0]!.count);
    }
    return layers;
  } catch (error) {
    for (const layer of layers) layer.close();
    throw error;
  }
}

interface Link extends RunParent {
  /** Records that come from still older runs. */
  readonly first: number;
}

/** The parent, its parent, and so on. */
function ancestry(directory: string, parent: RunParent): Link[] {
  const links: Link[] = [];
  for (let next: RunParent | null = parent; next;) {
    const current: RunParent = next;
    const ancestor = join(dirname(directory), current.run);
    if (links.some(({ run }) => run === current.run) || current.run === basename(directory))
      throw invalid(directory, current, 'a run that descends from itself');
    if (!existsSync(ancestor)) throw invalid(directory, current, `no run of that name in ${dirname(directory)}`);
    next = readRunFile(ancestor).parent;
    links.push({ ...current, first: next?.records ?? 0 });
  }
  return links;
}

function requireCount(child: string, link: Link, count: number): void {
  const expected = link.records - link.first;
  if (count === expected) return;
  throw invalid(child, link, `${count} records before iteration ${link.iteration} instead of ${expected}`);
}

const invalid = (directory: string, { run, iteration }: RunParent, got: string): ThalwegError =>
  new ThalwegError(
    'RUN_INVALID',
    `run ${basename(directory)}: expected the records before iteration ${iteration} in run ${run}, from which it descends, ` +
      `got ${got}; its own records are readable`,
  );

/** A clock that goes on where another one stood: every run counts its own seconds from 0. */
function continued(before: ClockColumns, after: ClockColumns): ClockColumns {
  const start = before.seconds.at(-1) ?? 0;
  const join = (first: Float64Array, second: Float64Array): Float64Array<ArrayBuffer> => {
    const joined = new Float64Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    return joined;
  };
  return {
    iteration: join(before.iteration, after.iteration),
    seconds: join(
      before.seconds,
      after.seconds.map((seconds) => start + seconds),
    ),
  };
}

/** Pages that follow each other as one. */
function joined(pages: readonly RunChanges[]): RunChanges {
  const [only] = pages;
  if (only && pages.length === 1) return only;
  const records = new Map<SeriesName, SeriesColumns>();
  for (const name of inSeriesOrder(pages.flatMap((page) => [...page.records.keys()])))
    records.set(name, concatColumns(pages.flatMap((page) => page.records.get(name) ?? [])));
  return { records, rewinds: pages.flatMap((page) => page.rewinds), newest: pages.at(-1)!.newest };
}
