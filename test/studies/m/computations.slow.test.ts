import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contract/index.ts';
import { executeRun } from '../../../src/run/index.ts';
import { parseSpecification, type Computed, type ComputedExperiment } from '../../../src/studies/index.ts';
import { affineTraces, affineTraining } from '../../../src/studies/m/affine.ts';
import { batchExamples, batchTraining } from '../../../src/studies/m/batches.ts';
import { correlationTraining } from '../../../src/studies/m/correlations.ts';
import { costOfTraces } from '../../../src/studies/m/cost.ts';
import { exampleTraces } from '../../../src/studies/m/example-traces.ts';
import { relativeDeviation } from '../../../src/studies/m/readings.ts';
import { drawDistribution, simplexShape } from '../../../src/studies/m/simplex.ts';
import { impurity } from '../../../src/figures/index.ts';
import { randomStream } from '../../../src/base/index.ts';
import type { TrainingExperiment } from '../../../src/studies/index.ts';
import { syntheticEvidence } from '../../support/evidence.ts';

const data = process.env['THALWEG_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const runs = mkdtempSync(join(tmpdir(), 'thalweg-paper-m-'));
afterAll(() => rmSync(runs, { recursive: true, force: true }));

const idOf = (experiment: string, condition: Condition): string =>
  [experiment, ...Object.values(condition)].join('-').toLowerCase();

/** Trains one condition of an experiment at smoke scale, seed 1. */
async function train(experiment: TrainingExperiment, where: Condition): Promise<void> {
  const { id } = experiment;
  const { specification } = experiment
    .trials('smoke')
    .find(({ condition }) => idOf(id, condition) === idOf(id, where))!;
  await executeRun(
    {
      specification: parseSpecification({ ...specification, seed: 1, threads: 1 }, id),
      runsDirectory: runs,
      id: idOf(id, where),
      dataDirectory: data,
    },
    { onMessage: () => undefined, signal: new AbortController().signal },
  );
}

/** Computes one condition of an experiment at smoke scale; its runs are those trained here. */
function compute(computed: ComputedExperiment, where: Condition = {}): Promise<Computed> {
  const { condition, options } = computed
    .trials('smoke')
    .find((trial) => idOf('', trial.condition) === idOf('', where))!;
  return computed.compute({
    condition,
    options,
    seed: 1,
    scale: 'smoke',
    runs: (experiment, wanted = {}) => {
      const [trial] = syntheticEvidence([{ experiment, condition: wanted, seed: 1 }]).trials(experiment);
      return [{ ...trial!, id: idOf(experiment, wanted) }];
    },
    runsDirectory: runs,
    dataDirectory: data,
    threads: 1,
    onProgress: () => undefined,
  });
}

describe('computations of paper M at smoke scale', () => {
  beforeAll(async () => {
    await train(affineTraining, {});
    await train(correlationTraining, { network: 'fc6-mnist' });
    await train(batchTraining, { batch: 'small' });
  });

  it('of the affine classifier agree on its traces, and estimates scatter around them', async () => {
    const { arrays } = await compute(affineTraces);
    for (const when of ['arbitrary', 'trained']) {
      expect(relativeDeviation(arrays[`${when}.affine`]!, arrays[`${when}.exact`]!)).toBeLessThan(1e-5);
      const deviation = relativeDeviation(arrays[`${when}.estimate`]!, arrays[`${when}.exact`]!);
      expect(deviation).toBeGreaterThan(1e-3);
      expect(deviation).toBeLessThan(1);
    }
    expect(arrays['arbitrary.affine']).not.toEqual(arrays['trained.affine']);
  });

  it('of single examples have the top layer’s trace in the affine trace of its features, at every moment', async () => {
    const { arrays } = await compute(exampleTraces, { network: 'fc6-mnist' });
    for (const moment of ['start', 'middle', 'end']) {
      const [top, features] = [arrays[`${moment}.top`]!, arrays[`${moment}.affineFeatures`]!];
      expect(top).toHaveLength(200);
      expect(relativeDeviation(features, top)).toBeLessThan(1e-4);
      arrays[`${moment}.trace`]!.forEach((trace, index) => expect(trace).toBeGreaterThanOrEqual(0.999 * top[index]!));
    }
  });

  it('of batches give margins whose sign says what is correct', async () => {
    const { arrays } = await compute(batchExamples, { moment: 'small' });
    expect(arrays['margin']).toHaveLength(200);
    expect(arrays['margin']!.map((margin) => Number(margin > 0))).toEqual(arrays['correct']);
    expect(Math.min(...arrays['trace']!)).toBeGreaterThan(0);
  });

  it('of the simplex find the inequalities in all cases', async () => {
    const { numbers } = await compute(simplexShape);
    for (const name of ['concave', 'belowCentre', 'positive', 'bounded']) expect(numbers[name]).toBe(numbers['pairs']);
  });

  it('of cost find that each method takes time', async () => {
    const { numbers } = await compute(costOfTraces);
    expect(numbers['margins']).toBeGreaterThan(0);
    expect(numbers['exact']).toBeGreaterThan(numbers['margins']!);
    expect(numbers['oneByOne']).toBeGreaterThan(numbers['exact']!);
  });
});

it('random distributions are uniform over the simplex: each class has a mean of a third and E Σa² is a half', () => {
  const stream = randomStream(1, 'test');
  const drawn = Array.from({ length: 4000 }, () => drawDistribution(3, stream));
  for (const a of drawn) expect(a.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  expect(Math.min(...drawn.flat())).toBeGreaterThanOrEqual(0);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const index of [0, 1, 2]) expect(mean(drawn.map((a) => a[index]!))).toBeCloseTo(1 / 3, 1);
  expect(mean(drawn.map(impurity))).toBeCloseTo(0.5, 1);
});
