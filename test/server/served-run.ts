import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MetricRecord } from '../../src/contract/index.ts';
import { createRun } from '../../src/store/index.ts';
import type { RunWriter } from '../../src/store/index.ts';
import { syntheticRunFile } from '../figures/synthetic-walk.ts';
import type { SyntheticWalk } from '../figures/synthetic-walk.ts';

export const shortWalk: SyntheticWalk = { iterationsPerEpoch: 20, iterations: 30, interpolated: 5, points: 5, seed: 1 };

/** A folder for runs that is removed when the test ends. */
export function temporaryRuns(): string {
  const directory = mkdtempSync(join(tmpdir(), 'thalweg-runs-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A run without records, open for writing until the test ends. */
export function startRun(runsDirectory: string, id = 'run-1', walk = shortWalk): RunWriter {
  const writer = createRun(runsDirectory, syntheticRunFile(id, walk));
  onTestFinished(() => writer.close());
  return writer;
}

/** A record of the training loss. */
export const lossRecord = (iteration: number, value: number): MetricRecord => ({
  series: 'train.loss',
  iteration,
  coordinate: null,
  value,
  standardError: null,
  examples: 4000,
});
