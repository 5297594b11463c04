import { expect, it } from 'vitest';
import { specificationSchema } from '../../../src/contract/index.ts';
import { executeRun } from '../../../src/run/index.ts';
import { readings } from '../../../src/studies/evidence.ts';
import type { EvidenceTrial } from '../../../src/studies/index.ts';
import { labelExperiments, minimiserLoss } from '../../../src/studies/r/labels.ts';
import { openRun } from '../../../src/store/index.ts';
import { realData } from '../../data/support.ts';
import { hooks, runsFolder } from '../../run/support.ts';

const [minimisers, interpolation] = labelExperiments;

/** A finished run as evidence, as far as a minimiser is looked for in it. */
function trialOf(runsDirectory: string, id: string): EvidenceTrial {
  const refuse = (): never => {
    throw new Error('not needed here');
  };
  return {
    experiment: 'R-minimisers',
    condition: {},
    seed: 1,
    id,
    series(name) {
      const reader = openRun(runsDirectory, id);
      const columns = reader.records(name);
      reader.close();
      return columns;
    },
    file: refuse,
    source: refuse,
    number: refuse,
    array: refuse,
  };
}

it('the three-point interpolation of smoke runs has the minimisers themselves at its vertices', async () => {
  if (minimisers?.kind !== 'training' || interpolation?.kind !== 'computed') throw new Error('expected both kinds');
  const runsDirectory = runsFolder();
  const condition = { data: 'mnist', labels: 'random' };
  const planned = minimisers
    .trials('smoke')
    .filter(({ condition: of }) => of['data'] === condition.data && of['labels'] === condition.labels);
  const trials: EvidenceTrial[] = [];
  for (const { condition: of, specification } of planned) {
    const id = `start-${of['start']}`;
    const parsed = specificationSchema.parse({ ...specification, seed: 1, threads: 1 });
    const file = await executeRun({ specification: parsed, runsDirectory, dataDirectory: realData, id }, hooks());
    expect(file.status).toBe('finished');
    trials.push({ ...trialOf(runsDirectory, id), condition: of });
  }
  const { options } = interpolation.trials('smoke')[0]!;
  const { numbers, arrays } = await interpolation.compute({
    condition,
    options,
    seed: 1,
    scale: 'smoke',
    runs: (_, where = {}) => trials.filter((trial) => trial.condition['start'] === where['start']),
    runsDirectory,
    dataDirectory: realData,
    threads: 1,
    onProgress: () => undefined,
  });
  const [first, second, third] = [arrays['first']!, arrays['second']!, arrays['third']!];
  first.forEach((lambda, index) => expect(lambda + second[index]! + third[index]!).toBeCloseTo(1, 12));
  const vertices = [first, second, third].map(
    (own) => arrays['loss']![own.findIndex((_, index) => isVertex(index, own))]!,
  );
  const reached = trials.map(
    (trial) => readings(trial, 'train.loss', { from: 1 }).find(({ value }) => value <= minimiserLoss)!.value,
  );
  vertices.forEach((loss, index) => expect(loss).toBeCloseTo(reached[index]!, 6));
  expect(numbers['vertexLoss']).toBeCloseTo(vertices.reduce((sum, loss) => sum + loss, 0) / 3, 12);
  // Three networks from independent starts have a hill between them.
  expect(numbers['rise']).toBeGreaterThan(0.1);
  expect(numbers['excess']).toBeGreaterThan(numbers['rise']!);

  function isVertex(index: number, own: readonly number[]): boolean {
    return own[index] === 1 && [first, second, third].every((other) => other === own || other[index] === 0);
  }
});
