import { join } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { SeriesName, Sparkline } from '../contract/index.ts';
import type { RunReader, SeriesColumns } from './core/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { runFiles } from './paths.ts';
import { openRun } from './reader.ts';
import { existingRun } from './run-folders.ts';

/** Most points of a sparkline. */
const mostPoints = 48;

interface Kept {
  readonly fingerprint: string;
  readonly sparkline: Sparkline;
}

/**
 * Small curves of the training loss of runs: of `train.loss` where it was measured at least twice, else of `batch.loss`.
 * Records are put together over stretches of equally many iterations, the shortest power of two that leaves at most 48;
 * every record counts. A curve is kept until the run's database changes.
 */
export class Sparklines {
  readonly #runsDirectory: string;
  readonly #kept = new Map<string, Kept>();

  constructor(runsDirectory: string) {
    this.#runsDirectory = runsDirectory;
  }

  /** The curve of a run; of its own part for a fork whose parent is gone. Throws `RUN_NOT_FOUND` and `RUN_INVALID`. */
  of(id: string): Sparkline {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    const directory = existingRun(this.#runsDirectory, id);
    const database = join(directory, runFiles.metrics);
    const fingerprint = `${fingerprintOf(database)} ${fingerprintOf(`${database}-wal`)}`;
    const sparkline = kept?.fingerprint === fingerprint ? kept.sparkline : readSparkline(this.#runsDirectory, id);
    this.#kept.set(id, { fingerprint, sparkline });
    return sparkline;
  }
}

function readSparkline(runsDirectory: string, id: string): Sparkline {
  try {
    return readPart(openRun(runsDirectory, id), id);
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code !== 'RUN_INVALID') throw error;
    // Either the parent of a fork is gone, and its own part is readable, or this says the same again.
    return { ...readPart(openRun(runsDirectory, id, { part: 'own' }), id), problem: messageOf(error) };
  }
}

function readPart(reader: RunReader, id: string): Sparkline {
  try {
    const curve = (series: SeriesName, columns: SeriesColumns): Sparkline => ({
      run: id,
      series,
      ...thinned(columns),
      problem: null,
    });
    const evaluations = reader.records('train.loss');
    if (evaluations.length > 1) return curve('train.loss', evaluations);
    return curve('batch.loss', reader.records('batch.loss'));
  } finally {
    reader.close();
  }
}

/** A stretch of iterations: mean, lowest and highest of its finite values, and how many were not finite. */
class Stretch {
  readonly iteration: number;
  #sum = 0;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;
  #nonFinite = 0;

  constructor(iteration: number) {
    this.iteration = iteration;
  }

  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.#nonFinite++;
      return;
    }
    this.#sum += value;
    this.#count++;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  point(): Sparkline['points'][number] {
    const { iteration } = this;
    const nonFinite = this.#nonFinite;
    if (this.#count === 0) return { iteration, mean: null, min: null, max: null, nonFinite };
    return { iteration, mean: this.#sum / this.#count, min: this.#min, max: this.#max, nonFinite };
  }
}

function thinned({ length, iteration, value }: SeriesColumns): Pick<Sparkline, 'iterationsPerPoint' | 'points'> {
  let iterationsPerPoint = 1;
  while (countOf(iteration, iterationsPerPoint) > mostPoints) iterationsPerPoint *= 2;
  const stretches = new Map<number, Stretch>();
  for (let row = 0; row < length; row++) {
    const start = iteration[row]! - (iteration[row]! % iterationsPerPoint);
    let stretch = stretches.get(start);
    if (!stretch) stretches.set(start, (stretch = new Stretch(start)));
    stretch.add(value[row]!);
  }
  const points = [...stretches.values()].sort((a, b) => a.iteration - b.iteration).map((stretch) => stretch.point());
  return { iterationsPerPoint, points };
}

/** How many stretches of `width` iterations hold any of these; stops counting above the limit. */
function countOf(iterations: Float64Array, width: number): number {
  const seen = new Set<number>();
  for (const iteration of iterations) {
    seen.add(Math.floor(iteration / width));
    if (seen.size > mostPoints) break;
  }
  return seen.size;
}
