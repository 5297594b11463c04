import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataSet, type ExampleSet } from '../../src/data/index.ts';
import { exportRun, openRun, readCheckpoint } from '../../src/store/index.ts';
import { checkpointPath, execute, fileAndLog, hooks, recordsOf, resume, runsFolder, smallRun } from './support.ts';

const validated = smallRun({ data: { name: 'mnist-1d', examples: 400, testExamples: 100, validation: 70 } });

/** Loss (nat) and accuracy of the small run's network, in plain float64 loops over `[out, in]` weights. */
function evaluated(checkpoint: string, { inputs, labels, count }: ExampleSet): { loss: number; accuracy: number } {
  const { tensors } = readCheckpoint(checkpoint);
  const affine = (layer: string, x: readonly number[]): number[] => {
    const [weight, bias] = [tensors[`${layer}.weight`]!.data, tensors[`${layer}.bias`]!.data];
    return [...bias].map((b, unit) =>
      x.reduce((sum, value, index) => sum + value * Number(weight[unit * x.length + index]), Number(b)),
    );
  };
  let [loss, correct] = [0, 0];
  for (let row = 0; row < count; row++) {
    const x = [...inputs.slice(row * 40, (row + 1) * 40)];
    const scores = affine(
      '3',
      affine('1', x).map((value) => Math.max(0, value)),
    );
    const label = Number(labels[row]);
    loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[label]!;
    if (scores[label] === Math.max(...scores)) correct++;
  }
  return { loss: loss / count, accuracy: correct / count };
}

describe('a run that keeps a validation set apart', () => {
  it('records its loss and accuracy beside those of the other sets, and ends with them', async () => {
    const runs = runsFolder();
    const run = await execute(validated, runs);
    const records = recordsOf(runs);
    const [loss, accuracy] = [records['validation.loss']!, records['validation.accuracy']!];
    for (const columns of [loss, accuracy]) {
      expect([...columns.iteration]).toEqual([...records['test.loss']!.iteration]);
      expect(new Set(columns.examples)).toEqual(new Set([70]));
      expect(columns.standardError.every((error) => error === null)).toBe(true);
    }
    expect(run.data).toMatchObject({ trainExamples: 330, validationExamples: 70, testExamples: 100 });
    expect(run.summary).toMatchObject({
      validationLoss: loss.value.at(-1),
      validationAccuracy: accuracy.value.at(-1),
    });

    const { validation } = await loadDataSet(validated.data, { seed: validated.seed });
    const expected = evaluated(checkpointPath(runs, run.iteration), validation!);
    expect(loss.value.at(-1)).toBeCloseTo(expected.loss, 5);
    expect(accuracy.value.at(-1)).toBeCloseTo(expected.accuracy, 6);
    expect(loss.value.at(-1)).not.toBeCloseTo(records['test.loss']!.value.at(-1)!, 3);
  });

  it('exports its curves with all others', async () => {
    const runs = runsFolder();
    await execute(validated, runs);
    const reader = openRun(runs, 'r');
    await exportRun(reader, 'csv', join(runs, 'records.csv'));
    const rows = readFileSync(join(runs, 'records.csv'), 'utf8').split('\r\n');
    const { value } = reader.records('validation.accuracy');
    reader.close();
    const exported = rows.filter((row) => row.startsWith('validation.accuracy,')).map((row) => row.split(','));
    expect(exported.map((fields) => Number(fields[4]))).toEqual([...value]);
    expect(rows.filter((row) => row.startsWith('validation.loss,'))).toHaveLength(value.length);
  });

  it('and is interrupted and resumed ends as one that was not', async () => {
    const runs = runsFolder();
    await execute(validated, runs, 'whole');
    await execute(validated, runs, 'r', hooks(6));
    expect(await resume(runs)).toMatchObject({ status: 'finished' });
    expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
  });
});

describe('a run without a validation set', () => {
  it('says nothing of one', async () => {
    const runs = runsFolder();
    const { summary, data } = await execute(smallRun(), runs);
    expect(data).toMatchObject({ trainExamples: 400, validationExamples: 0 });
    expect(summary).toMatchObject({ validationLoss: null, validationAccuracy: null });
    expect(Object.keys(recordsOf(runs)).filter((name) => name.startsWith('validation'))).toEqual([]);
    expect(fileAndLog(runs).file.summary).toEqual(summary);
  });
});
