import { describe, expect, it } from 'vitest';
import { quadraticClaims, quadraticExperiment, quadraticFigures } from '../../../src/studies/w/quadratic.ts';
import { syntheticEvidence } from '../../support/evidence.ts';
import { expectRefusal, trialsOf, verdictOf, type Content } from '../theory.ts';

const step = [0.5, 1.5, 1.95, 2.1];

const quad =
  (sign: 1 | -1, offset = 0): Content =>
  (noise) => {
    const some = (values: readonly number[]) => values.map((value) => sign * (value + 0.01 * noise));
    return {
      arrays: {
        step,
        steep: step.map((eta) => Math.abs(eta - 1) + offset + 0.001 * noise),
        flat: step.map((eta) => 1 - 0.1 * eta + offset),
        cosine: some([0.98, 0.1, -0.9, -0.95]),
        turns: some([0, 1, 1, 1]),
        'turns-flat': [0, 0, 0, 0],
        growth: some([-0.1, -0.3, -0.2, 0.2]),
        'path.floor': sign > 0 ? [5, 4, 3, 2, 1] : [1, 2, 3, 4, 5],
        'path.x': [1, -0.5, 0.2],
        'path.y': [2, 1.5, 1],
        axis: [-1, 0, 1],
        loss: [2, 1, 2, 1, 0, 1, 2, 1, 2],
      },
    };
  };

describe('claims on quadratics of paper W', () => {
  it.each(quadraticClaims.map((claim) => [claim.id, claim] as const))(
    '%s is supported by its effect and contradicted by the opposite',
    (id, claim) => {
      expect(verdictOf(claim, trialsOf('W-quad', quad(1)))).toBe('supported');
      const against = id === 'W-quad.rate' ? quad(1, 0.2) : quad(-1);
      expect(verdictOf(claim, trialsOf('W-quad', against))).toBe('contradicted');
    },
  );

  it('are inconclusive where seeds disagree', () => {
    const scattered: Content = (noise) => quad(noise > 0 ? 1 : -1)(noise);
    for (const claim of quadraticClaims.filter(({ id }) => id !== 'W-quad.rate'))
      expect(verdictOf(claim, trialsOf('W-quad', scattered)), claim.id).toBe('inconclusive');
  });

  it('refuse trials that recorded nothing, and so do figures', () => {
    expectRefusal(quadraticClaims, quadraticFigures);
  });

  it('are drawn from evidence', () => {
    const evidence = syntheticEvidence(trialsOf('W-quad', quad(1)));
    for (const figure of quadraticFigures) expect(figure.draw(evidence, {}).panels.length).toBeGreaterThan(0);
  });
});

describe('the quadratic of paper W', () => {
  it('supports every claim when it is computed', async () => {
    const trials = [];
    for (const seed of [1, 2, 3]) {
      const { numbers, arrays } = await quadraticExperiment.compute({
        condition: {},
        options: quadraticExperiment.trials('smoke')[0]!.options,
        seed,
        scale: 'smoke',
        runs: () => [],
        runsDirectory: '',
        dataDirectory: undefined,
        threads: 1,
        onProgress: () => undefined,
      });
      trials.push({ experiment: 'W-quad', seed, numbers, arrays });
    }
    for (const claim of quadraticClaims) expect(verdictOf(claim, trials), claim.id).toBe('supported');
  });
});
