import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../../src/figures/node/index.ts';
import { batchMoments } from '../../../src/studies/m/batches.ts';
import { paperM } from '../../../src/studies/m/index.ts';
import { alphas } from '../../../src/studies/m/scaling.ts';
import { batchSettings, equalEpochs, networks } from '../../../src/studies/m/settings.ts';
import { parseSpecification, scales } from '../../../src/studies/index.ts';
import { syntheticEvidence, type SyntheticRecord, type SyntheticTrial } from '../../support/evidence.ts';
import { everyMoment } from './synthetic.ts';

const count = 40;
const numbers = (of: (index: number) => number): number[] => Array.from({ length: count }, (_, index) => of(index));

function trainedTrials(seed: number): SyntheticTrial[] {
  const iterations = [0, 10, 20, 30, 40];
  const rising = (from: number, to: number): SyntheticRecord[] =>
    iterations.map((iteration) => [iteration, from + ((to - from) * iteration) / 40 + 0.001 * seed]);
  const both = iterations.flatMap((iteration): SyntheticRecord[] => [
    [iteration, 0.9 - 0.01 * seed, 1],
    [iteration, 0.3 + 0.01 * seed, 0],
  ]);
  const correlations = ['affineInput', 'affineFeatures', 'boundInput', 'boundFeatures'].flatMap((proxy) => [
    [`exampleTrace.correlation.${proxy}`, both],
    [`exampleTrace.inlierCorrelation.${proxy}`, both],
  ]);
  const series = { 'train.accuracy': rising(0.1, 0.95), 'test.accuracy': rising(0.1, 0.9) };
  return networks.map((network) => ({
    experiment: 'M-corr',
    condition: { network },
    seed,
    series: { ...series, ...(Object.fromEntries(correlations) as Record<string, SyntheticRecord[]>) },
  }));
}

function exampleTrials(seed: number): SyntheticTrial[] {
  const arrays = everyMoment({
    trace: numbers((index) => 1 + index + Math.sin(index + seed)),
    top: numbers((index) => 1 + index),
    correct: numbers((index) => Number(index % 3 > 0)),
    affineInput: numbers((index) => 1 + index),
    affineFeatures: numbers((index) => 1 + index),
    boundInput: numbers((index) => 2 + 2 * index),
    boundFeatures: numbers((index) => 2 + index),
  });
  return networks.map((network) => ({ experiment: 'M-examples', condition: { network }, seed, arrays }));
}

function batchTrials(seed: number): SyntheticTrial[] {
  const setting = batchSettings.laptop;
  const at = [0, equalEpochs(setting), setting.updates, setting.longer * setting.updates];
  const along = (value: number): SyntheticRecord[] =>
    at.map((iteration) => [iteration, value + seed / 10 + iteration / 1e4]);
  const series = {
    ...Object.fromEntries(
      ['train.loss', 'train.accuracy', 'test.accuracy', 'exampleTrace.mean'].map((name) => [name, along(1)]),
    ),
    ...Object.fromEntries(
      ['margin.outputSkewness', 'margin.absoluteOutputSkewness'].map((name) => [name, along(-0.4)]),
    ),
    'margin.output': at.flatMap((iteration): SyntheticRecord[] => [
      [iteration, -1, 0],
      [iteration, 5 + seed, 0.5],
    ]),
  };
  const arrays = {
    margin: numbers((index) => index - 5 + seed),
    correct: numbers((index) => Number(index > 5)),
    trace: numbers((index) => Math.exp(-index / 3) + 0.01 * seed),
  };
  return [
    ...['small', 'large'].map((batch) => ({ experiment: 'M-batch', condition: { batch }, seed, series })),
    ...batchMoments.map((moment) => ({ experiment: 'M-batch-examples', condition: { moment }, seed, arrays })),
  ];
}

function otherTrials(seed: number): SyntheticTrial[] {
  const affine = {
    affine: numbers((index) => index),
    exact: numbers((index) => index),
    estimate: numbers((index) => index + Math.sin(index)),
    standardError: numbers(() => 0.7),
  };
  const arrays = Object.fromEntries(Object.entries(affine).map(([name, values]) => [`arbitrary.${name}`, values]));
  const falling = (size: number): SyntheticRecord[] =>
    alphas.map((alpha, index) => [50, index === alphas.length - 1 ? 0 : size * 10 ** (-index * seed), alpha]);
  const series = {
    'topScaling.trace': falling(3),
    'topScaling.largestEntry': falling(1),
    'topScaling.spectralNorm': falling(2),
  };
  return [
    { experiment: 'M-affine-traces', seed, arrays },
    { experiment: 'M-scale', seed, series },
    { experiment: 'M-cost', seed, numbers: { margins: 1e-5, exact: 1e-4, hutchinson: 1e-3, oneByOne: 0.05 * seed } },
    { experiment: 'M-simplex', seed, numbers: { pairs: 10 } },
  ];
}

const evidence = syntheticEvidence(
  [1, 2, 3].flatMap((seed) => [
    ...trainedTrials(seed),
    ...exampleTrials(seed),
    ...batchTrials(seed),
    ...otherTrials(seed),
  ]),
);

describe('figures', () => {
  it.each(paperM.figures.map((figure) => [figure.id, figure] as const))(
    '%s is drawn from what runs recorded',
    (id, figure) => {
      const drawn = figure.draw(evidence, {});
      expect(drawn.panels.length).toBeGreaterThan(0);
      expect(renderSvg(drawn).length).toBeGreaterThan(2000);
      expect(drawn.title).not.toBe('');
      if (id.startsWith('M-corr.') && id !== 'M-corr.along') expect(drawn.panels).toHaveLength(6);
    },
  );
});

describe('tables', () => {
  it.each(paperM.tables.map((table) => [table.id, table] as const))('%s has a cell for each column', (_, table) => {
    const { columns, rows } = table.build(evidence);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      expect(row.filter((cell) => /NaN|undefined|Infinity/.test(cell))).toEqual([]);
    }
  });

  it('of cost says how many times the margins a method takes', () => {
    const { rows } = paperM.tables.find(({ id }) => id === 'M-cost.table')!.build(evidence);
    expect(rows[0]).toEqual(['margins', '0.6 ± 0', '1 ± 0']);
    expect(rows[1]![2]).toMatch(/^10 ± /);
  });
});

describe('specifications', () => {
  const training = paperM.experiments.flatMap((experiment) => (experiment.kind === 'training' ? [experiment] : []));

  it.each(scales)('at scale %s are valid, with conditions of their own', (scale) => {
    for (const experiment of training) {
      const made = experiment.trials(scale);
      for (const { specification } of made) parseSpecification({ ...specification, seed: 1, scale }, experiment.id);
      expect(new Set(made.map(({ condition }) => JSON.stringify(condition))).size).toBe(made.length);
    }
  });

  it.each(scales)(
    'at scale %s compare batches of the paper’s ratio, with checkpoints where examples are read',
    (scale) => {
      const setting = batchSettings[scale];
      expect(setting.large / setting.small).toBe(16);
      expect(Number.isInteger(equalEpochs(setting))).toBe(true);
      expect(typeof setting.examples === 'number' ? setting.examples : 60_000).toBeGreaterThanOrEqual(setting.large);
    },
  );
});
