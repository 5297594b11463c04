import { describe, expect, it } from 'vitest';
import { theoryClaims, theoryExperiments, theoryFigures } from '../../../src/studies/f/theory.ts';
import { syntheticEvidence } from '../../support/evidence.ts';
import { expectRefusal, trialsOf, verdictOf, type Content } from '../theory.ts';

const ricc =
  (logTrace: number, riccati: number, exact: number): Content =>
  (noise) => {
    const arrays: Record<string, readonly number[]> = { step: [0.8, 0.4, 0.2, 0.1] };
    for (const name of ['quadratic', 'logistic']) {
      arrays[`${name}.log-trace`] = [0.6, 0.3, 0.1, logTrace + 0.02 * noise];
      arrays[`${name}.riccati`] = [riccati + 0.01 * noise, 0.4, 0.2, 0.1];
      arrays[`${name}.exact`] = [exact, 0.02, 0.02, 0.02];
      arrays[`${name}.error`] = [0.03, 0.03, 0.03, 0.03];
    }
    return { arrays };
  };

const steps = [2, 1, 0.5, 0.25];
const sde =
  (order: number, limit: number): Content =>
  (noise) => {
    const falling = (power: number, size = 1) => steps.map((step) => size * step ** (power + 0.05 * noise));
    return {
      arrays: {
        step: steps,
        'sgd-flow': falling(order),
        'sgd-diffusion': falling(order),
        'descent-flow': falling(order),
        wasserstein: falling(limit),
        'wasserstein-diffusion': falling(limit, 0.3),
        'covariance-limit': falling(2 * limit),
      },
    };
  };

const cases: Readonly<Record<string, readonly [experiment: string, supporting: Content, against: Content]>> = {
  'F-ricc.quadratic': ['F-ricc', ricc(0.03, 0.9, 0.03), ricc(0.5, 0.9, 0.03)],
  'F-ricc.logistic': ['F-ricc', ricc(0.03, 0.9, 0.03), ricc(0.5, 0.9, 0.03)],
  'F-ricc.finite-step': ['F-ricc', ricc(0, 0.9, 0.03), ricc(0, 0.1, 0.8)],
  'F-sde.flow': ['F-sde', sde(1, 0.5), sde(2.5, 0.5)],
  'F-sde.diffusion': ['F-sde', sde(1, 0.5), sde(0.1, 0.5)],
  'F-sde.limit': ['F-sde', sde(1, 0.5), sde(1, -0.5)],
  'F-sde.covariance': ['F-sde', sde(1, 0.5), sde(1, -0.5)],
};

describe('claims on low-dimensional dynamics of paper F', () => {
  it('have each a case', () => {
    expect(Object.keys(cases)).toEqual(theoryClaims.map(({ id }) => id));
  });

  it.each(theoryClaims.map((claim) => [claim.id, claim] as const))(
    '%s is supported by its effect and contradicted by the opposite',
    (id, claim) => {
      const [experiment, supporting, against] = cases[id]!;
      expect(verdictOf(claim, trialsOf(experiment, supporting))).toBe('supported');
      expect(verdictOf(claim, trialsOf(experiment, against))).toBe('contradicted');
    },
  );

  it('are inconclusive where seeds disagree', () => {
    const scattered: Content = (noise) => ricc(0.3 * noise, 0.5, 0.5 - 0.5 * noise)(0);
    for (const claim of theoryClaims.filter(({ row }) => row === 'F-ricc'))
      expect(verdictOf(claim, trialsOf('F-ricc', scattered))).toBe('inconclusive');
  });

  it('refuse trials that recorded nothing, and so do figures', () => {
    expectRefusal(theoryClaims, theoryFigures);
    expect(theoryExperiments.flatMap(({ rows }) => rows)).toEqual(['F-ricc', 'F-sde']);
  });

  it('are drawn from evidence', () => {
    const evidence = syntheticEvidence([...trialsOf('F-ricc', ricc(0, 0.9, 0.03)), ...trialsOf('F-sde', sde(1, 0.5))]);
    for (const figure of theoryFigures) expect(figure.draw(evidence, {}).panels).toHaveLength(2);
  });
});
