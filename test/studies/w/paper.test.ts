import { describe, expect, it } from 'vitest';
import type { SeriesName } from '../../../src/contract/index.ts';
import { renderSvg } from '../../../src/figures/node/index.ts';
import { parseSpecification, scales } from '../../../src/studies/index.ts';
import { findPaper } from '../../../src/studies/papers/index.ts';
import { syntheticEvidence, type SyntheticRecord, type SyntheticTrial } from '../../support/evidence.ts';

const paper = findPaper('W');
const isOfNetworks = ({ row }: { readonly row: string }): boolean => row !== 'W-quad';
const experiments = paper.experiments.filter(({ rows }) => !rows.includes('W-quad'));
const figures = paper.figures.filter(isOfNetworks);
const tables = paper.tables.filter(isOfNetworks);

const rows = [
  ...['W-interp', 'W-cos', 'W-dist', 'W-barrier', 'W-height', 'W-sharp'],
  ...['W-roles', 'W-noise', 'W-cov', 'W-sched', 'W-models'],
];

/** Every series that figures and tables draw, made up: positive, and a little different for each seed. */
function madeUp(experiment: string, seed: number): NonNullable<SyntheticTrial['series']> {
  // At scale laptop an epoch of the MLP has 40 updates: the first three of epochs 1, 10, 25, 100.
  const windows = experiment === 'W-height' ? [0, 9, 24, 99].map((epoch) => 40 * epoch) : [0];
  const iterations = windows.flatMap((start) => [start, start + 1, start + 2]);
  const plain = (size: number): SyntheticRecord[] => iterations.map((t) => [t, size / (1 + t) + 0.01 * seed]);
  const names: readonly SeriesName[] = [
    ...(['gradient.cosine', 'parameters.distance', 'parameters.norm', 'hessian.sharpness'] as const),
    ...(['train.loss', 'validation.accuracy', 'test.accuracy', 'learningRate', 'interpolation.height'] as const),
    ...(['alignment.overlap', 'alignment.cosine', 'alignment.hessianTrace', 'alignment.covarianceTrace'] as const),
    ...(['alignment.residualFrobenius', 'alignment.residualSpectral'] as const),
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, plain(0.5)])),
    'interpolation.loss': iterations.flatMap((t) =>
      [0, 0.5, 1].map((alpha) => [t, 1 + alpha * (alpha - 1), alpha] as const),
    ),
    'interpolation.floor': iterations.map((t) => [t, 0.75, 0.5]),
    'interpolation.barrier': iterations.map((t) => [t, t % 2, 0.5]),
  };
}

const evidence = syntheticEvidence(
  experiments.flatMap((experiment) =>
    [1, 2].flatMap((seed) =>
      experiment.trials('laptop').map(({ condition }): SyntheticTrial => ({
        experiment: experiment.id,
        condition,
        seed,
        series: madeUp(experiment.id, seed),
      })),
    ),
  ),
);

describe('paper W', () => {
  it('has an experiment, a claim, and a figure or a table for every row', () => {
    for (const row of rows) {
      expect(
        experiments.some((experiment) => experiment.rows.includes(row)),
        row,
      ).toBe(true);
      expect(
        paper.claims.some((claim) => claim.row === row),
        row,
      ).toBe(true);
      expect(
        [...figures, ...tables].some((shown) => shown.row === row),
        row,
      ).toBe(true);
    }
  });

  it('names only experiments and claims that there are, each once', () => {
    const [experimentIds, claimIds] = [paper.experiments, paper.claims].map((all) => all.map(({ id }) => id));
    const shown = [...paper.figures, ...paper.tables];
    for (const id of [...paper.claims, ...shown].flatMap(({ needs }) => needs)) expect(experimentIds).toContain(id);
    for (const id of shown.flatMap(({ claims }) => claims)) expect(claimIds).toContain(id);
    for (const ids of [experimentIds, claimIds, shown.map(({ id }) => id)]) expect(new Set(ids).size).toBe(ids!.length);
  });

  it.each(experiments.flatMap((experiment) => scales.map((scale) => [experiment.id, scale, experiment] as const)))(
    '%s has valid specifications of different conditions at scale %s',
    (_, scale, experiment) => {
      const trials = experiment.kind === 'training' ? experiment.trials(scale) : [];
      for (const { specification } of trials)
        expect(parseSpecification({ ...specification, seed: 1 }, experiment.id).seed).toBe(1);
      const conditions = trials.map(({ condition }) => JSON.stringify(condition));
      expect(conditions.length).toBeGreaterThan(0);
      expect(new Set(conditions).size).toBe(conditions.length);
    },
  );

  it.each(figures.map((figure) => [figure.id, figure] as const))('draws %s', (_, figure) => {
    const svg = renderSvg(figure.draw(evidence, {}));
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it.each(tables.map((table) => [table.id, table] as const))('builds %s', (_, table) => {
    const { columns, rows: lines } = table.build(evidence);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.length).toBe(columns.length);
    expect(lines.flat().join()).not.toMatch(/NaN|undefined/);
  });

  it('reports mean and standard deviation over seeds in table 2', () => {
    const { columns, rows: lines } = tables.find(({ id }) => id === 'W-height.table')!.build(evidence);
    expect(columns).toEqual(['network', 'epoch 1', 'epoch 10', 'epoch 25', 'epoch 100']);
    // Epoch 1: (1/2 + 1/4 + 1/6)/3 and 0.01 of the seed.
    expect(lines[0]!.slice(0, 2)).toEqual(['MLP, MNIST, η = 0.1', '0.321 ± 0.00707']);
  });

  it('reports counts and the highest barrier in table 1', () => {
    const { columns, rows: lines } = tables.find(({ id }) => id === 'W-barrier.table')!.build(evidence);
    expect(columns.at(-1)).toBe('highest over loss');
    // The odd one of three updates of each epoch has a barrier of 1, where the loss is 1.
    expect(lines[0]).toEqual(['MLP, MNIST, η = 0.1', '1 ± 0', '1 ± 0', '1 ± 0', '1 ± 0', '1 ± 0']);
  });

  it('shows every claim in a figure or table', () => {
    const shown = [...figures, ...tables].flatMap(({ claims }) => claims);
    for (const { id } of paper.claims.filter(isOfNetworks)) expect(shown).toContain(id);
  });

  it('marks the learning rate that is chosen on the validation set', () => {
    const { rows: lines } = tables.find(({ id }) => id === 'W-sched.table')!.build(evidence);
    expect(lines.filter((line) => line[2]!.endsWith('*')).map((line) => line[1])).toEqual([
      'cyclical',
      'trapezoid',
      'step',
    ]);
  });
});
