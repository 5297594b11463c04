import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { CurveAxis, SeriesName } from '../../contract/index.ts';
import { CurveRows, joiningOf, liesBetweenIterations } from '../../figures/index.ts';
import { isRunId, openRun, type RunReader, type SeriesPoints } from '../../store/index.ts';
import { placesOf } from './places.ts';

/** Which curve of a run. */
export interface CurveKey {
  readonly run: string;
  readonly series: SeriesName;
  /** Only records of this coordinate; undefined: all. */
  readonly coordinate: number | undefined;
  readonly axis: CurveAxis;
}

/** A curve as it stands, whole. It is valid until the cache is asked again. */
export interface HeldCurve {
  readonly rows: CurveRows;
  /** Last place in the run's history that it knows. */
  readonly newest: number;
  /** Records without a known place on the axis. */
  readonly unplaced: number;
}

interface Entry extends HeldCurve {
  readonly stamp: Stamp;
  readonly unplaced: number;
}

/** What tells whether a database has changed. */
interface Stamp {
  readonly file: number;
  readonly text: string;
  /** Written so shortly before that another write could leave the same stamp. */
  readonly isFresh: boolean;
}

const mebibyte = 2 ** 20;
/** Milliseconds within which two writes may have the same time. */
const clockTick = 50;

/**
 * Curves of runs in memory, so that a window of one costs a look at them and not at the database. Each grows by what was
 * recorded since, and is read anew when its run was replaced. The longest unused ones go first.
 */
export class SeriesCache {
  readonly #runsDirectory: string;
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param capacity bytes that all curves together may take (default: 256 MiB); the one asked for last always stays */
  constructor(runsDirectory: string, capacity = 256 * mebibyte) {
    this.#runsDirectory = runsDirectory;
    this.#capacity = capacity;
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The curve with everything that is recorded now. Throws what reading the run throws, and `NO_DATA` for an axis that it lacks. */
  curve(key: CurveKey): HeldCurve {
    const name = [key.run, key.series, key.coordinate ?? '', key.axis].join('|');
    const held = this.#entries.get(name);
    const stamp = this.#stampOf(key.run);
    if (held && stamp && !stamp.isFresh && stamp.text === held.stamp.text) {
      this.#entries.delete(name);
      this.#entries.set(name, held);
      return held;
    }
    this.#drop(name);
    const entry = this.#read(key, held, stamp);
    this.#entries.set(name, entry);
    this.#bytes += entry.rows.bytes;
    this.#makeRoom();
    return entry;
  }

  #read(key: CurveKey, held: Entry | undefined, stamp: Stamp | null): Entry {
    const run = openRun(this.#runsDirectory, key.run);
    try {
      const known = stamp ?? { file: 0, text: '', isFresh: true };
      return (held && grown(run, key, held, known)) ?? readWhole(run, key, known);
    } finally {
      run.close();
    }
  }

  #drop(name: string): void {
    this.#bytes -= this.#entries.get(name)?.rows.bytes ?? 0;
    this.#entries.delete(name);
  }

  #makeRoom(): void {
    for (const name of this.#entries.keys()) {
      if (this.#bytes <= this.#capacity || this.#entries.size === 1) return;
      this.#drop(name);
    }
  }

  /** Null where there is no database, which reading then says. */
  #stampOf(run: string): Stamp | null {
    if (!isRunId(run)) return null;
    const path = join(this.#runsDirectory, run, 'metrics.db');
    const [file, log] = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false }));
    if (!file) return null;
    const text = [file, log].map((part) => (part ? `${part.ino}:${part.size}:${part.mtimeMs}` : '')).join(' ');
    const written = Math.max(file.mtimeMs, log?.mtimeMs ?? 0);
    return { file: file.ino, text, isFresh: Date.now() - written < clockTick };
  }
}

/** The held curve with what came since; undefined where it has to be read anew. */
function grown(run: RunReader, key: CurveKey, held: Entry, stamp: Stamp): Entry | undefined {
  const places = key.axis === 'iteration' || key.axis === 'epoch' ? placesOf(run, key.axis) : null;
  if (!places || stamp.file !== held.stamp.file) return undefined;
  const { points, rewound, newest } = run.points([key.series], held.newest);
  if (newest < held.newest) return undefined;
  const { rows } = held;
  rows.rewind(rewound);
  const unplaced = appendPoints(rows, points.get(key.series), key, places);
  return unplaced === null ? undefined : { rows, newest, unplaced, stamp };
}

function readWhole(run: RunReader, key: CurveKey, stamp: Stamp): Entry {
  const { points, newest } = run.points([key.series]);
  const found = points.get(key.series);
  const joining = joiningOf(key.series);
  const place = placesOf(run, key.axis);
  const rows = new CurveRows(joining, found?.length ?? 0);
  const unplaced = appendPoints(rows, found, key, place);
  if (unplaced !== null) return { rows, newest, unplaced, stamp };
  const sorted = new CurveRows(joining, found!.length);
  return { rows: sorted, newest, unplaced: appendPoints(sorted, ascending(found!), key, place)!, stamp };
}

/** Adds points; returns how many have no place, or null where their places do not ascend. */
function appendPoints(
  rows: CurveRows,
  points: SeriesPoints | undefined,
  key: CurveKey,
  place: ReturnType<typeof placesOf>,
): number | null {
  if (!points) return 0;
  const { iteration, coordinate, value, length } = points;
  const isBetween = liesBetweenIterations(key.series);
  let unplaced = 0;
  let before = rows.length > 0 ? rows.x[rows.length - 1]! : -Infinity;
  for (let row = 0; row < length; row++) {
    const at = coordinate[row]!;
    if (key.coordinate !== undefined && at !== key.coordinate) continue;
    const x = place(iteration[row]!, isBetween && !Number.isNaN(at) ? at : 0);
    if (Number.isNaN(x)) unplaced++;
    else if (x < before) return null;
    else rows.add((before = x), value[row]!, iteration[row]!, at);
  }
  return unplaced;
}

/** The points by iteration and coordinate; those of one place stay in their order. */
function ascending(points: SeriesPoints): SeriesPoints {
  const { iteration, coordinate } = points;
  const order = Uint32Array.from(iteration.keys()).sort(
    (a, b) => iteration[a]! - iteration[b]! || (coordinate[a]! || 0) - (coordinate[b]! || 0) || a - b,
  );
  const column = (values: Float64Array): Float64Array<ArrayBuffer> => Float64Array.from(order, (row) => values[row]!);
  return {
    length: points.length,
    iteration: column(iteration),
    coordinate: column(coordinate),
    value: column(points.value),
  };
}
