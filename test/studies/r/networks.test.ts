import { describe, expect, it } from 'vitest';
import { assess, judge } from '../../../src/claims/index.ts';
import { parseSpecification, scales } from '../../../src/studies/index.ts';
import { networkClaims } from '../../../src/studies/r/claims.ts';
import { dataExperiment, dataSets, noiseLevels, constantLevels } from '../../../src/studies/r/data.ts';
import { networkFigures, networkTables } from '../../../src/studies/r/figures.ts';
import { labelExperiments, labelKinds, minimiserOf } from '../../../src/studies/r/labels.ts';
import { syntheticEvidence, type SyntheticTrial } from '../../support/evidence.ts';

/** What made-up runs of paper R are like: test accuracy with decaying and constant noise γ', rise and share of low points. */
interface Effects {
  readonly decaying: (noise: number, seed: number) => number;
  readonly constant: (noise: number) => number;
  readonly rise: (labels: string, seed: number) => number;
  readonly low: (labels: string, seed: number) => number;
}

const asClaimed: Effects = {
  decaying: (noise) => 0.9 + 0.02 * noise,
  constant: (noise) => 0.9 - 5 * noise,
  rise: (labels) => (labels === 'natural' ? 1 : 2),
  low: (labels) => (labels === 'natural' ? 0.2 : 0.1),
};

const seeds = [1, 2, 3, 4, 5];
const jitter = (seed: number): number => 0.001 * (seed - 3);

const curve = (accuracy: number, seed: number, noise: number): SyntheticTrial['series'] => ({
  'train.loss': [
    [0, 2.3],
    [10, 1],
    [20, 0.5],
  ],
  'test.accuracy': [
    [0, 0.1],
    [10, 0.5],
    [20, accuracy + (noise > 0 ? jitter(seed) : 0)],
  ],
});

/** A triangle of the three vertices and the middles of its edges. */
const triangle = {
  first: [1, 0.5, 0, 0.5, 0, 0],
  second: [0, 0.5, 1, 0, 0.5, 0],
  third: [0, 0, 0, 0.5, 0.5, 1],
  loss: [0.05, 1, 0.04, 1.5, 2, 0.03],
};

function trials(effects: Effects): SyntheticTrial[] {
  const noisy = dataSets.flatMap((data) =>
    seeds.flatMap((seed) => [
      ...noiseLevels('laptop').map((noise) => ({
        experiment: 'R-data',
        condition: { data, decay: 'harmonic', noise },
        seed,
        series: curve(effects.decaying(noise, seed), seed, noise)!,
      })),
      ...constantLevels('laptop').map((noise) => ({
        experiment: 'R-data',
        condition: { data, decay: 'constant', noise },
        seed,
        series: curve(effects.constant(noise), seed, noise)!,
      })),
    ]),
  );
  const labelled = dataSets.flatMap((data) =>
    labelKinds.flatMap((labels) =>
      seeds.map((seed) => ({
        experiment: 'R-labels',
        condition: { data, labels },
        seed,
        numbers: {
          steps: 2,
          vertexLoss: 0.04,
          excess: 2,
          rise: effects.rise(labels, seed) + (labels === 'natural' ? jitter(seed) : 0),
          shareLow: effects.low(labels, seed) + (labels === 'natural' ? jitter(seed) : 0),
        },
        arrays: triangle,
      })),
    ),
  );
  return [...noisy, ...labelled];
}

const verdictsOf = (effects: Partial<Effects>): Record<string, string> => {
  const evidence = syntheticEvidence(trials({ ...asClaimed, ...effects }));
  return Object.fromEntries(
    networkClaims.map((claim) => [claim.id, judge([assess(claim.hypothesis, claim.measure(evidence))])[0]!.verdict]),
  );
};

const all = (verdict: string): Record<string, string> =>
  Object.fromEntries(networkClaims.map(({ id }) => [id, verdict]));

describe('claims on the networks of paper R', () => {
  it('are supported by what the papers say', () => {
    expect(verdictsOf({})).toEqual(all('supported'));
  });

  it('are contradicted by the opposite', () => {
    const opposite: Effects = {
      decaying: (noise) => (noise === 0.1 ? 0.8 : 0.9),
      constant: (noise) => 0.9 + 5 * noise,
      rise: (labels) => (labels === 'natural' ? 2 : 1),
      low: (labels) => (labels === 'natural' ? 0.1 : 0.2),
    };
    expect(verdictsOf(opposite)).toEqual(all('contradicted'));
  });

  it('are inconclusive where seeds scatter around nothing', () => {
    const scattered: Effects = {
      decaying: (noise, seed) => (noise === 0.1 ? 0.9 + 0.1 * (seed - 3) : 0.9),
      constant: () => 0.9,
      rise: (labels, seed) => (labels === 'natural' ? 1 + 0.2 * (seed - 3) : 1),
      low: (labels, seed) => (labels === 'natural' ? 0.1 + 0.02 * (seed - 3) : 0.1),
    };
    expect(verdictsOf(scattered)).toEqual(all('inconclusive'));
  });

  it('refuse runs that did not record what they need, and accuracies that are no numbers', () => {
    const bare = trials(asClaimed).map(({ experiment, condition, seed }) => ({
      experiment,
      condition: condition!,
      seed,
    }));
    for (const claim of networkClaims)
      expect(() => claim.measure(syntheticEvidence(bare))).toThrow('got a trial without');
    const lost = syntheticEvidence(trials({ ...asClaimed, constant: () => NaN }));
    const constant = networkClaims.find(({ id }) => id === 'R-data.constant-mnist')!;
    expect(() => constant.measure(lost)).toThrow('expected finite numbers, got NaN');
    const flat = syntheticEvidence(trials({ ...asClaimed, rise: () => -1 }));
    const flatter = networkClaims.find(({ id }) => id === 'R-labels.mnist')!;
    expect(() => flatter.measure(flat)).toThrow(
      'R-labels, mnist, random labels: rise: expected a positive number, got -1',
    );
  });
});

describe('a minimiser', () => {
  const trial = (losses: readonly (readonly [number, number])[]) =>
    syntheticEvidence([{ experiment: 'R-minimisers', seed: 1, series: { 'train.loss': losses } }]).trials(
      'R-minimisers',
    )[0]!;

  it('is the first checkpoint after the start with a low training loss', () => {
    expect(
      minimiserOf(
        trial([
          [0, 0.01],
          [10, 0.2],
          [20, 0.05],
          [30, 0.01],
        ]),
      ).at,
    ).toBe(20);
  });

  it('is refused where the training loss never was low', () => {
    expect(() =>
      minimiserOf(
        trial([
          [0, 2],
          [10, 0.2],
          [20, 0.3],
        ]),
      ),
    ).toThrow('got 0.2 at best');
  });
});

describe('specifications of the networks of paper R', () => {
  it.each(scales)('at scale %s follow the schema, each condition once', (scale) => {
    for (const experiment of [dataExperiment, ...labelExperiments]) {
      const planned = experiment.trials(scale);
      expect(new Set(planned.map(({ condition }) => JSON.stringify(condition))).size).toBe(planned.length);
      if (experiment.kind !== 'training') continue;
      for (const { specification } of experiment.trials(scale)) parseSpecification(specification, experiment.id);
    }
  });

  it('keep every checkpoint that a minimiser may be taken from', () => {
    for (const { specification } of labelExperiments.flatMap((experiment) =>
      experiment.kind === 'training' ? scales.flatMap((scale) => experiment.trials(scale)) : [],
    )) {
      expect(specification.checkpoints!.every).toBe(specification.evaluate);
      const epochs = (span: string | undefined): number => Number.parseInt(span!, 10);
      const written = epochs(specification.duration) / epochs(specification.evaluate);
      expect(specification.checkpoints!.keep).toBeGreaterThan(written);
    }
  });
});

describe('figures and tables of the networks of paper R', () => {
  const evidence = syntheticEvidence(trials(asClaimed));
  const known = new Set(networkClaims.map(({ id }) => id));

  it.each(networkFigures.map((figure) => [figure.id, figure] as const))('%s draws two panels', (_, figure) => {
    const { panels, columns } = figure.draw(evidence, {});
    expect([panels.length, columns]).toEqual([2, 2]);
    expect(panels.flatMap(({ notes }) => notes)).toEqual([]);
    expect(figure.claims.filter((claim) => !known.has(claim))).toEqual([]);
  });

  it('the table of flatness has a row for each data set and kind of labels', () => {
    const { columns, rows } = networkTables[0]!.build(evidence);
    expect(rows.map((row) => row.slice(0, 2).join(' '))).toEqual([
      'MNIST natural',
      'MNIST random',
      'CIFAR-10 natural',
      'CIFAR-10 random',
    ]);
    expect(rows[0]).toEqual(['MNIST', 'natural', '0.04', '1', '2', '0.2', '5']);
    expect(columns).toHaveLength(7);
  });
});
