import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seriesNames, type MetricRecord, type SeriesName } from '../src/contract/index.ts';
import { createRun, summarise } from '../src/store/index.ts';
import { syntheticRunFile, syntheticWalk } from '../test/figures/synthetic-walk.ts';

/** A walk of 1,000,010 interpolated points: 90,910 updates of 11. */
export const bigWalk = { iterationsPerEpoch: 600, iterations: 90_910, interpolated: 600, points: 11, seed: 1 };
/** Series of a big run, each coordinate of a series counted as one. */
const seriesOfBigRun = 200;
const measurements = 500;

const record = (series: SeriesName, iteration: number, coordinate: number | null, value: number): MetricRecord => ({
  series,
  iteration,
  coordinate,
  value,
  standardError: null,
  examples: null,
});

/** Writes a run with the walk and, measured 500 times each, as many other series that there are 200. */
export function writeBigRun(runs: string, id: string): { records: number; seconds: number } {
  const began = performance.now();
  const writer = createRun(runs, syntheticRunFile(id, bigWalk));
  const inWalk = new Set<SeriesName>();
  let records = 0;
  const append = (added: readonly MetricRecord[]): void => {
    writer.append(added);
    records += added.length;
  };
  for (const added of syntheticWalk(bigWalk)) {
    for (const { series } of added) inWalk.add(series);
    append(added);
  }
  const others = seriesNames.filter((name) => !inWalk.has(name));
  const chosen = Array.from({ length: seriesOfBigRun - inWalk.size }, (_, index) => ({
    series: others[index % others.length]!,
    coordinate: index + 1,
  }));
  for (let at = 0; at < measurements; at++) {
    const iteration = Math.floor((at * bigWalk.iterations) / measurements);
    append(chosen.map(({ series, coordinate }) => record(series, iteration, coordinate, Math.cos(at * coordinate))));
  }
  writer.flush({ iteration: bigWalk.iterations, seconds: 3600 });
  writer.update({ iteration: bigWalk.iterations, status: 'finished' });
  const seconds = (performance.now() - began) / 1000;
  writer.update({ summary: summarise(writer.reader()) });
  writer.close();
  return { records, seconds };
}

/** Writes the runs `seed-0` … `seed-(count − 1)` with 1,000 training losses each, those that are not there. Returns their names. */
export function writeManyRuns(runs: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `seed-${index}`;
    if (existsSync(join(runs, id))) return id;
    const writer = createRun(runs, syntheticRunFile(id, { ...bigWalk, seed: index, iterations: 1000 }));
    writer.append(
      Array.from({ length: 1000 }, (_, t) => record('batch.loss', t, null, Math.exp(-t / 300) + index / 1e4)),
    );
    writer.update({ iteration: 1000, status: 'finished' });
    writer.close();
    return id;
  });
}
