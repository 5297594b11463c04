import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunListEntry, RunValue } from '../../../src/contract/index.ts';
import { createRun, listRuns } from '../../../src/store/index.ts';
import type { CurveData } from '../../../web/src/lib/compare/picture.ts';
import type { ComparedRun } from '../../../web/src/lib/compare/runs.ts';
import { syntheticRunFile } from '../../figures/synthetic-walk.ts';
import { shortWalk } from '../../server/served-run.ts';

/** An entry of the list as a server makes it. */
export function listEntry(id: string): RunListEntry {
  const runs = mkdtempSync(join(tmpdir(), 'thalweg-entry-'));
  try {
    createRun(runs, syntheticRunFile(id, shortWalk)).close();
    return listRuns(runs)[0]!;
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
}

/** A run with some values of a specification. */
export const comparedRun = (
  id: string,
  specification: Readonly<Record<string, RunValue>>,
  entry: RunListEntry | null = null,
): ComparedRun => ({ id, specification, entry });

/** A curve through values at 0, 1, 2, …; null is a break. */
export const curveData = (...values: readonly (number | null)[]): CurveData => ({
  length: values.length,
  x: Float64Array.from(values.keys()),
  y: Float64Array.from(values, (value) => value ?? NaN),
  iteration: Float64Array.from(values, (value, index) => (value === null ? NaN : index)),
  coordinate: new Float64Array(values.length).fill(NaN),
});
