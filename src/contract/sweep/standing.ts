import type { RunListEntry } from '../api/index.ts';
import type { RunStatus } from '../run.ts';
import type { SweepCell, SweepRecord } from './record.ts';

/** How a run of a sweep stands: `missing` was not begun, `dropped` was ended by a halving before its end. */
export type SweepRunState = RunStatus | 'missing' | 'dropped';

/** A run of a sweep, with what the list of runs says of it. */
export interface SweepRunStanding {
  readonly id: string;
  /** Place of its cell in the record. */
  readonly cell: number;
  readonly seed: number;
  readonly state: SweepRunState;
  /** Part that is done, in [0, 1]. */
  readonly share: number;
  /** Null while there is no such run. */
  readonly entry: RunListEntry | null;
}

/** The runs of a sweep in the order of its plan, with how each stands. */
export function sweepRuns(record: SweepRecord, entries: ReadonlyMap<string, RunListEntry>): SweepRunStanding[] {
  const dropped = new Set(record.dropped.map(({ cell }) => cell));
  return record.runs.map(({ id, cell, seed }) => {
    const entry = entries.get(id) ?? null;
    const state = stateOf(entry, dropped.has(cell));
    return { id, cell, seed, state, share: shareOf(entry, state), entry };
  });
}

function stateOf(entry: RunListEntry | null, isDropped: boolean): SweepRunState {
  if (entry?.status === 'finished' || entry?.status === 'failed') return entry.status;
  if (isDropped) return 'dropped';
  return entry?.status ?? 'missing';
}

function shareOf(entry: RunListEntry | null, state: SweepRunState): number {
  if (state === 'finished') return 1;
  return entry && entry.totalIterations > 0 ? Math.min(1, entry.iteration / entry.totalIterations) : 0;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly runs: number;
  /** Runs by how they stand; states that none has are 0. */
  readonly counts: Readonly<Record<SweepRunState, number>>;
  /** Runs that are made no further: finished, failed or ended by a halving. */
  readonly ended: number;
  /** Predicted wall time until all are made, seconds; null while nothing runs, and before anything tells what a run takes. */
  readonly secondsLeft: number | null;
}

/** Counts the runs of a sweep, and predicts the time that is left: see {@link secondsLeftOf}. */
export function sweepProgress(record: SweepRecord, runs: readonly SweepRunStanding[]): SweepProgress {
  const counts: Record<SweepRunState, number> = {
    ...{ missing: 0, created: 0, running: 0, paused: 0, interrupted: 0 },
    ...{ finished: 0, failed: 0, dropped: 0 },
  };
  for (const { state } of runs) counts[state]++;
  const ended = counts.finished + counts.failed + counts.dropped;
  return { runs: runs.length, counts, ended, secondsLeft: secondsLeftOf(record, runs) };
}

const hasEnded = ({ state }: SweepRunStanding): boolean =>
  state === 'finished' || state === 'failed' || state === 'dropped';

/**
 * Predicted time left, seconds: the sum over the runs that are not made of `(1 − share done) · seconds`, divided by the number of runs
 * that are made at the moment. What a run takes is the mean over the finished runs of its cell; without one, over the finished runs of the
 * cells that share the most values with it. Runs that failed count as made, although a sweep may try them again. Null while nothing runs,
 * and while no run is finished.
 */
export function secondsLeftOf({ cells }: SweepRecord, runs: readonly SweepRunStanding[]): number | null {
  const running = runs.filter(({ state }) => state === 'running').length;
  const known = meanSeconds(runs);
  if (running === 0 || known.size === 0) return null;
  const expected = new Map<number, number>();
  const secondsOf = (cell: number): number => {
    const seconds = expected.get(cell) ?? known.get(cell) ?? nearestSeconds(cells, cell, known);
    expected.set(cell, seconds);
    return seconds;
  };
  const left = runs.reduce((sum, run) => (hasEnded(run) ? sum : sum + (1 - run.share) * secondsOf(run.cell)), 0);
  return left / running;
}

/** What finished runs took, seconds: the mean of each cell that has some. */
function meanSeconds(runs: readonly SweepRunStanding[]): ReadonlyMap<number, number> {
  const taken = new Map<number, number[]>();
  for (const { cell, state, entry } of runs)
    if (state === 'finished' && entry?.seconds != null) taken.set(cell, [...(taken.get(cell) ?? []), entry.seconds]);
  return new Map([...taken].map(([cell, seconds]) => [cell, meanOf(seconds)]));
}

function nearestSeconds(cells: readonly SweepCell[], cell: number, known: ReadonlyMap<number, number>): number {
  const own = cells[cell] ?? {};
  const likeness = (other: SweepCell = {}): number =>
    Object.keys(own).filter((key) => JSON.stringify(own[key]) === JSON.stringify(other[key])).length;
  const compared = [...known].map(([other, seconds]) => ({ seconds, shared: likeness(cells[other]) }));
  const most = Math.max(...compared.map(({ shared }) => shared));
  return meanOf(compared.filter(({ shared }) => shared === most).map(({ seconds }) => seconds));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
