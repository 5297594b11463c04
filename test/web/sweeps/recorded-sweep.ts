import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFile, RunStatus, SweepCell, SweepRecord } from '../../../src/contract/index.ts';
import { writeSweepRecord } from '../../../src/store/index.ts';
import { syntheticRunFile } from '../../figures/synthetic-walk.ts';

/** A sweep made up for tests of the page and of figures: every value of each axis with every value of the others. */
export interface MadeUpSweep {
  readonly name: string;
  readonly axes: Readonly<Record<string, readonly unknown[]>>;
  readonly seeds: number;
}

const iterations = 40;

/** Its plan. */
export function recordOf({ name, axes, seeds }: MadeUpSweep, changes: Partial<SweepRecord> = {}): SweepRecord {
  const cells = Object.entries(axes).reduce<SweepCell[]>(
    (all, [key, values]) => all.flatMap((cell) => values.map((value) => ({ ...cell, [key]: value }))),
    [{}],
  );
  return {
    version: 1,
    name,
    created: '2026-01-02T03:04:05.000Z',
    updated: '2026-01-02T03:14:05.000Z',
    state: 'idle',
    source: { path: `${name}.yaml`, text: `name: ${name}\n` },
    axes: Object.entries(axes).map(([key, values]) => ({ key, kind: 'grid', values: [...values] })),
    cells,
    runs: cells.flatMap((_, cell) =>
      Array.from({ length: seeds }, (__, index) => ({ id: `${name}-c${cell}-s${index + 1}`, cell, seed: index + 1 })),
    ),
    leftOut: { constraints: 0, repeated: 0 },
    dropped: [],
    ...changes,
  };
}

/** How a run of it ended; a loss of null: not finite. */
export interface MadeUpEnd {
  readonly status: RunStatus;
  readonly trainLoss: number | null;
  readonly testAccuracy: number | null;
  readonly seconds: number;
}

/** Its run file, as training would have made it. */
export function fileOf(id: string, seed: number, end: MadeUpEnd): RunFile {
  const { status, seconds, ...figures } = end;
  const walk = { iterationsPerEpoch: 10, iterations, interpolated: 0, points: 2, seed };
  const file = syntheticRunFile(id, walk);
  const summary: RunFile['summary'] = {
    iterations,
    epochs: 4,
    ...{ trainAccuracy: null, validationLoss: null, validationAccuracy: null, testLoss: null },
    ...{ barriers: null, interpolated: null, meanHeight: null, distance: null, probes: [] },
    seconds,
    ...figures,
  };
  const isEnded = status === 'finished';
  return {
    ...file,
    status,
    totalIterations: iterations,
    iteration: isEnded ? iterations : iterations / 4,
    summary: isEnded ? summary : null,
    error: status === 'failed' ? { code: 'TRAINING_DIVERGED', message: 'the loss was not finite' } : null,
  };
}

/**
 * Writes the plan of a sweep, and a run file of each of its runs that `endOf` gives an end: what the list of runs reads. Such runs have no
 * records.
 */
export function writeSweep(
  runsDirectory: string,
  record: SweepRecord,
  endOf: (run: SweepRecord['runs'][number], cell: SweepCell) => MadeUpEnd | null,
): void {
  for (const run of record.runs) {
    const end = endOf(run, record.cells[run.cell]!);
    if (!end) continue;
    mkdirSync(join(runsDirectory, run.id), { recursive: true });
    writeFileSync(join(runsDirectory, run.id, 'run.json'), JSON.stringify(fileOf(run.id, run.seed, end)));
  }
  writeSweepRecord(runsDirectory, record);
}

/** A finished run with a test accuracy; its loss and time follow from that. */
export const finished = (testAccuracy: number, seconds = 10): MadeUpEnd => ({
  status: 'finished',
  trainLoss: 2 * (1 - testAccuracy),
  testAccuracy,
  seconds,
});

/** The end of a run that does not come to one. */
export const unfinished = (status: RunStatus): MadeUpEnd => ({
  status,
  trainLoss: null,
  testAccuracy: null,
  seconds: 0,
});
