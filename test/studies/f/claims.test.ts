import { describe, expect, it } from 'vitest';
import { assess, judge } from '../../../src/claims/index.ts';
import { parseSpecification, scales } from '../../../src/studies/index.ts';
import { paperF } from '../../../src/studies/f/index.ts';
import { syntheticEvidence } from '../../support/evidence.ts';
import { asClaimed, networkTrials, type Effects } from './synthetic.ts';

const claims = paperF.claims.filter(({ needs }) => needs.every((id) => /^F-(kld|log|pred)/.test(id)));

const verdictsOf = (effects: Effects): Record<string, string> => {
  const evidence = syntheticEvidence(networkTrials(effects));
  return Object.fromEntries(
    claims.map((claim) => [claim.id, judge([assess(claim.hypothesis, claim.measure(evidence))])[0]!.verdict]),
  );
};

const supported = verdictsOf(asClaimed);

/** What is changed, and the claims that it contradicts. */
const opposites: readonly (readonly [string, Partial<Effects>, readonly string[]])[] = [
  [
    'curves that depend on the batch size alone',
    { accuracy: ({ batchSize }) => 0.9 - 0.005 * batchSize },
    [
      'F-kld.equal',
      'F-kld.equal-validation',
      'F-kld.different',
      'F-log.equal',
      'F-log.different',
      'F-log.equal-log-loss',
    ],
  ],
  [
    'far ratios beside the equal ones, and near ones far away',
    { accuracy: ({ batchSize, learningRate }) => (Math.abs(batchSize / learningRate / 250 - 1) < 0.01 ? 0.9 : 0.4) },
    ['F-kld.near', 'F-log.near'],
  ],
  [
    'tr σ² above tr H, and the powers reversed',
    {
      hessian: ({ learningRate, batchSize }) => 2 * learningRate ** -0.5 * batchSize ** -0.3,
      covariance: ({ learningRate, batchSize }) => 30 * learningRate ** 0.3 * batchSize ** -0.5,
    },
    [
      'F-table.below',
      'F-table.rate-over-batch',
      'F-table.ratio',
      'F-table.hessian-rate',
      'F-table.covariance-rate',
      'F-table.hessian-batch',
      'F-table.covariance-batch',
    ],
  ],
  ['steps that cost accuracy', { gain: -0.1 }, ['F-models.step']],
  [
    'an excess as the three-factor prediction has it',
    { measured: 3, difference: 3 },
    ['F-pred.four-factor', 'F-pred.log-loss', 'F-pred.convex', 'F-pred.convex-four-factor'],
  ],
  [
    'gradients four times as large, an excess of the square of the learning rate',
    { gradient: 4, power: 2 },
    ['F-pred.gradient', 'F-pred.convex-gradient', 'F-pred.proportional'],
  ],
];

describe('claims on the networks of paper F', () => {
  it.each(claims.map(({ id }) => [id]))('%s is supported by what the paper says', (id) => {
    expect(supported[id]).toBe('supported');
  });

  it.each(opposites)('are contradicted by %s', (_, changes, ids) => {
    const verdicts = verdictsOf({ ...asClaimed, ...changes });
    expect(Object.fromEntries(ids.map((id) => [id, verdicts[id]]))).toEqual(
      Object.fromEntries(ids.map((id) => [id, 'contradicted'])),
    );
  });

  it('that find no effect, or too much scatter, are inconclusive', () => {
    const none = verdictsOf({
      ...asClaimed,
      accuracy: () => 0.5,
      gain: 0,
      hessian: () => 4,
      covariance: () => 4,
      measured: Math.sqrt(3),
    });
    const without = ['F-kld.different', 'F-kld.near', 'F-log.different', 'F-table.below', 'F-table.rate-over-batch'];
    const ids = [...without, 'F-table.hessian-rate', 'F-models.step', 'F-pred.four-factor'];
    expect(ids.map((id) => [id, none[id]])).toEqual(ids.map((id) => [id, 'inconclusive']));
    const scattered = verdictsOf({
      ...asClaimed,
      accuracy: ({ learningRate }, seed) => 0.5 + (seed - 3) * (learningRate > 0.3 ? 0.2 : -0.2),
    });
    expect(['F-kld.equal', 'F-log.equal'].map((id) => scattered[id])).toEqual(['inconclusive', 'inconclusive']);
  });

  it('each refuse runs that did not record what they need', () => {
    const bare = networkTrials(asClaimed).map(({ series: _, ...trial }) => ({ ...trial, series: {} }));
    for (const claim of claims) expect(() => claim.measure(syntheticEvidence(bare))).toThrow(/NO_DATA|expected/);
  });

  it('refuse an excess that was not there', () => {
    const evidence = syntheticEvidence(networkTrials({ ...asClaimed, measured: -1 }));
    const claim = claims.find(({ id }) => id === 'F-pred.four-factor')!;
    expect(() => claim.measure(evidence)).toThrow('expected a positive number');
  });
});

describe('specifications of paper F', () => {
  it.each(scales)('at scale %s follow the schema, each condition once', (scale) => {
    for (const experiment of paperF.experiments) {
      if (experiment.kind !== 'training') continue;
      const trials = experiment.trials(scale);
      expect(new Set(trials.map(({ condition }) => JSON.stringify(condition))).size).toBe(trials.length);
      for (const { specification } of trials) parseSpecification(specification, experiment.id);
    }
  });
});

describe('figures and tables of paper F', () => {
  const evidence = syntheticEvidence(networkTrials(asClaimed));
  const known = new Set(paperF.claims.map(({ id }) => id));

  it.each(paperF.figures.filter(({ row }) => /kld|log|table/.test(row)).map((figure) => [figure.id, figure] as const))(
    '%s draws what the runs recorded',
    (id, figure) => {
      const { panels, legend } = figure.draw(evidence, {});
      expect({ panels: panels.length, notes: panels.flatMap(({ notes }) => notes) }).toEqual({
        panels: id === 'F-table.difference' ? 1 : 2,
        notes: [],
      });
      expect(legend.map(({ label }) => label).join()).toContain('5 seeds');
      expect(figure.claims.filter((claim) => !known.has(claim))).toEqual([]);
    },
  );

  it('table 1 has nine rows, with means over seeds', () => {
    const { columns, rows } = paperF.tables.find(({ id }) => id === 'F-table.traces')!.build(evidence);
    expect(rows).toHaveLength(9);
    expect(columns).toHaveLength(rows[0]!.length);
    expect(rows[0]!.slice(0, 3)).toEqual(['250', '20', '0.08']);
    expect(Number(rows[0]![3])).toBeCloseTo(30 * 0.08 ** 0.5 * 20 ** 0.2, 1);
  });

  it('the predictions stand beside what was measured', () => {
    const { rows } = paperF.tables.find(({ id }) => id === 'F-pred.excess')!.build(evidence);
    expect(rows).toHaveLength(4);
    const [, rate, batch, measured, , four] = rows[0]!;
    expect(Number(measured)).toBeCloseTo(Number(rate) / Number(batch), 4);
    expect(four).toBe(measured);
  });
});
