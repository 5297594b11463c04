import { describe, expect, it } from 'vitest';
import type { MetricRecord, SeriesName } from '../../src/contract/index.ts';
import { Figures } from '../../src/run/figures.ts';
import { createRun, summarise } from '../../src/store/index.ts';
import { newRun, record, temporaryFolder } from '../store/fixtures.ts';

/** Interpolated updates, distances and evaluations with gaps, and a loss that is not finite. */
const records: MetricRecord[] = Array.from({ length: 40 }, (_, t) => {
  const names: [SeriesName, number][] = [
    ['parameters.distance', t / 2],
    ['batch.loss', 3 - t / 40],
  ];
  if (t % 5 === 0)
    names.push(
      ['train.loss', t === 35 ? Infinity : 2 - t / 40],
      ['validation.loss', 2 - t / 50],
      ['validation.accuracy', t / 50],
      ['test.accuracy', t / 40],
    );
  if (t % 3 === 0) names.push(['interpolation.height', t / 7], ['interpolation.barrier', t % 2 ? 0.5 : 0]);
  return names.map(([name, value]) => record(name, t, value));
}).flat();

describe('the figures of a run while it trains', () => {
  it.each([0, 1, 17, records.length])('are those of its records, also from record %i on', (begun) => {
    const writer = createRun(temporaryFolder(), newRun({ iteration: 40 }));
    const summary = () => summarise(writer.reader());
    writer.append(records.slice(0, begun));
    writer.flush();
    const figures = new Figures(summary());
    writer.append(records.slice(begun));
    writer.flush();
    figures.add(records.slice(begun));
    const { meanHeight, ...rest } = figures.at(40, 1, 9);
    const { meanHeight: expected, ...others } = summary();
    expect(rest).toEqual({ ...others, seconds: 9 });
    expect(meanHeight).toBeCloseTo(expected!, 12);
    writer.close();
  });

  it('are null where nothing was measured', () => {
    const writer = createRun(temporaryFolder(), newRun());
    const figures = new Figures(summarise(writer.reader()));
    expect(figures.at(0, 0, 0)).toEqual(summarise(writer.reader()));
    expect(figures.at(20, 0.5, 1)).toMatchObject({ iterations: 20, epochs: 0.5, meanHeight: null, barriers: null });
    writer.close();
  });
});
