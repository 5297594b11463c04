import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '../../../src/base/index.ts';
import type { MetricRecord, RunFile, SeriesName } from '../../../src/contract/index.ts';
import { createRun } from '../../../src/store/index.ts';
import type { RunWriter } from '../../../src/store/index.ts';
import { syntheticRunFile } from '../../figures/synthetic-walk.ts';

/** A run made up for tests of comparisons. */
export interface RecordedRun {
  readonly id: string;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly seed: number;
}

export const iterationsPerEpoch = 10;

/** Its run file, as training would have made it. */
export function recordedFile({ id, learningRate, batchSize, seed }: RecordedRun, iterations: number): RunFile {
  const walk = { iterationsPerEpoch, iterations, interpolated: 0, points: 2, seed };
  const file = syntheticRunFile(id, walk);
  const { specification } = file;
  const optimizer = { ...specification.optimizer, learningRate, batchSize };
  return { ...file, specification: { ...specification, optimizer } };
}

const record = (series: SeriesName, iteration: number, value: number): MetricRecord => ({
  series,
  iteration,
  coordinate: null,
  value,
  standardError: null,
  examples: null,
});

/** Training loss, mini-batch loss and path length of one iteration. */
export function recordsAt({ learningRate, batchSize, seed }: RecordedRun, iteration: number): MetricRecord[] {
  const noise = randomStream(seed, `compared ${learningRate} ${batchSize} ${iteration}`).normal();
  const loss = 0.02 + 2 * Math.exp(-learningRate * iteration * 0.3) + (0.2 / Math.sqrt(batchSize)) * noise;
  return [
    record('train.loss', iteration, Math.abs(loss)),
    record('batch.loss', iteration, Math.abs(loss) * (1 + 0.2 * noise)),
    record('parameters.pathLength', iteration, learningRate * iteration * (1 + 0.01 * seed)),
  ];
}

/** Opens a run for writing, with its first `iterations` recorded; some values may be others. */
export function beginRun(
  runsDirectory: string,
  run: RecordedRun,
  iterations: number,
  others: Readonly<Record<number, number>> = {},
): RunWriter {
  const writer = createRun(runsDirectory, recordedFile(run, iterations));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const other = others[iteration];
    const records = recordsAt(run, iteration);
    writer.append(other === undefined ? records : [record('train.loss', iteration, other), ...records.slice(1)]);
  }
  writer.flush();
  writer.update({ iteration: iterations });
  return writer;
}

const summary = (loss: number, accuracy: number): NonNullable<RunFile['summary']> => ({
  iterations: 0,
  epochs: 0,
  trainLoss: loss,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: accuracy,
  barriers: null,
  interpolated: null,
  meanHeight: null,
  distance: null,
  seconds: 1,
  probes: [],
});

/** Writes a whole run. */
export function writeRun(
  runsDirectory: string,
  run: RecordedRun,
  iterations: number,
  others: Readonly<Record<number, number>> = {},
): void {
  const writer = beginRun(runsDirectory, run, iterations, others);
  const last = recordsAt(run, iterations - 1)[0]!.value;
  writer.update({ status: 'finished', summary: summary(last, 1 - last / 3) });
  writer.close();
}

/** Writes many runs: the first of each learning rate whole, the others of that rate as copies of its folder that say another setting. */
export function writeCopies(runsDirectory: string, runs: readonly RecordedRun[], iterations: number): void {
  const originals = new Map<number, RecordedRun>();
  for (const run of runs) {
    const original = originals.get(run.learningRate);
    if (!original) {
      originals.set(run.learningRate, run);
      writeRun(runsDirectory, run, iterations);
      continue;
    }
    cpSync(join(runsDirectory, original.id), join(runsDirectory, run.id), { recursive: true });
    const path = join(runsDirectory, run.id, 'run.json');
    const { status, iteration, summary: final } = JSON.parse(readFileSync(path, 'utf8')) as RunFile;
    writeFileSync(path, JSON.stringify({ ...recordedFile(run, iterations), status, iteration, summary: final }));
  }
}

/** Every learning rate with every batch size, so many seeds of each. */
export const designOf = (
  rates: readonly number[],
  batchSizes: readonly number[],
  seeds: number,
): readonly RecordedRun[] =>
  rates.flatMap((learningRate) =>
    batchSizes.flatMap((batchSize) =>
      Array.from({ length: seeds }, (_, index) => ({
        id: `lr${learningRate}-b${batchSize}-s${index + 1}`,
        learningRate,
        batchSize,
        seed: index + 1,
      })),
    ),
  );
