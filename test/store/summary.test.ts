import { expect, it } from 'vitest';
import { noFinalFigures, runSummarySchema, type MetricRecord } from '../../src/contract/index.ts';
import { createRun, openRun, summarise, type NewRun } from '../../src/store/index.ts';
import { newRun, record, temporaryFolder } from './fixtures.ts';

function summaryOf(records: readonly MetricRecord[], run: Partial<NewRun> = {}) {
  const runs = temporaryFolder();
  const writer = createRun(runs, newRun(run));
  writer.append(records);
  writer.close();
  const reader = openRun(runs, writer.file.id);
  const summary = summarise(reader);
  reader.close();
  return runSummarySchema.parse(summary);
}

it('summarises a run by its last values, its barriers and its mean height', () => {
  const summary = summaryOf(
    [
      ...[2.3, 0.5].map((value, index) => record('train.loss', index * 60, value)),
      ...[0.1, 0.9].map((value, index) => record('train.accuracy', index * 60, value)),
      ...[1, 0.625].map((value, index) => record('validation.loss', index * 60, value)),
      ...[0.25, 0.375].map((value, index) => record('validation.accuracy', index * 60, value)),
      record('test.loss', 60, 0.75),
      record('test.accuracy', 60, 0.5),
      ...[1, 2, 3].map((value, index) => record('parameters.distance', index, value)),
      ...[0, 0.01, 0, 0.2].map((value, index) => record('interpolation.barrier', index, value, { coordinate: 0.5 })),
      ...[0.25, 0.75, 0.5, 0.5].map((value, index) => record('interpolation.height', index, value)),
    ],
    { iteration: 60 },
  );
  expect(summary).toEqual({
    iterations: 60,
    epochs: 1.5,
    trainLoss: 0.5,
    trainAccuracy: 0.9,
    validationLoss: 0.625,
    validationAccuracy: 0.375,
    testLoss: 0.75,
    testAccuracy: 0.5,
    barriers: 2,
    interpolated: 4,
    meanHeight: 0.5,
    distance: 3,
    seconds: 0,
    probes: [],
  });
});

it('gives null for what was not recorded and for what is not finite', () => {
  expect(summaryOf([])).toMatchObject(noFinalFigures);
  expect(
    summaryOf([record('train.loss', 0, 2), record('train.loss', 1, NaN), record('test.loss', 1, Infinity)]),
  ).toMatchObject(noFinalFigures);
  expect(
    summaryOf([record('interpolation.height', 0, NaN), record('interpolation.height', 1, 1)]).meanHeight,
  ).toBeNull();
});
