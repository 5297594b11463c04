import { describe, expect, it } from 'vitest';
import { assess, judge, type Hypothesis, type Verdict } from '../../../src/claims/index.ts';
import type { Claim } from '../../../src/studies/index.ts';
import { findPaper } from '../../../src/studies/papers/index.ts';
import { syntheticEvidence, type SyntheticTrial } from '../../support/evidence.ts';
import { worlds } from './worlds.ts';

const claims = findPaper('W').claims.filter(({ row }) => row !== 'W-quad');

const seeds = [1, 2, 3, 4, 5, 6];
/** Numbers of the six seeds around a centre. */
const around = (centre: number, spread: number): number[] =>
  seeds.map((seed) => centre + (seed % 2 ? spread : -spread));

/** Numbers for which a hypothesis must have each verdict. Shares of 20 or 40 updates move in steps. */
function cases(hypothesis: Hypothesis, id: string): Record<Verdict, number[]> {
  if (hypothesis.kind === 'equivalent') {
    const { margin } = hypothesis;
    return {
      supported: around(0, margin / 10),
      contradicted: around(3 * margin, margin / 10),
      inconclusive: around(margin, 2 * margin),
    };
  }
  if (id === 'W-interp.valley' || id === 'W-interp.floor-falls')
    return {
      supported: [0.1, 0.1, 0.05, 0.1, 0.1, 0.05],
      contradicted: around(-0.5, 0.05),
      inconclusive: around(0, 0.1),
    };
  // No run can be further than a tenth below a tenth.
  if (id === 'W-barrier.low')
    return { supported: around(0.06, 0.01), contradicted: around(-0.5, 0.1), inconclusive: around(0, 0.05) };
  const size = id === 'W-sharp.accuracy' ? 0.6 : hypothesis.kind === 'mean' ? 0.1 + 2 * hypothesis.smallest : 0;
  const [centre, spread] =
    id.startsWith('W-barrier.late') || id.startsWith('W-interp') ? [0.3, 0.1] : [size, size / 10];
  return { supported: around(centre, spread), contradicted: around(-centre, spread), inconclusive: around(0, spread) };
}

const evidenceOf = (claim: Claim, numbers: readonly number[]) =>
  syntheticEvidence(
    seeds.flatMap((seed, index) => worlds[claim.id]!(numbers[index]!).map((trial) => ({ ...trial, seed }))),
  );

const verdictOf = (claim: Claim, evidence: ReturnType<typeof syntheticEvidence>): Verdict =>
  judge([assess(claim.hypothesis, claim.measure(evidence))])[0]!.verdict;

describe('a claim of paper W', () => {
  const tested = claims.filter(({ hypothesis }) => hypothesis.kind !== 'share');

  it.each(tested.map((claim) => [claim.id, claim] as const))('%s measures its number and judges it', (id, claim) => {
    for (const [verdict, numbers] of Object.entries(cases(claim.hypothesis, id))) {
      const evidence = evidenceOf(claim, numbers);
      const measured = claim.measure(evidence);
      expect(measured.kind === 'values' && measured.values.map((value) => Number(value.toFixed(9)))).toEqual(
        numbers.map((value) => Number(value.toFixed(9))),
      );
      expect(verdictOf(claim, evidence)).toBe(verdict);
    }
  });

  it.each(claims.map((claim) => [claim.id, claim] as const))('%s refuses runs that recorded nothing', (_, claim) => {
    const world = worlds[claim.id]?.(0.1) ?? [{ experiment: 'W-height', condition: { network: 'mlp', rate: 'large' } }];
    const empty = world.map(({ experiment, condition = {} }): SyntheticTrial => ({ experiment, condition, seed: 1 }));
    expect(() => claim.measure(syntheticEvidence(empty))).toThrow(
      expect.objectContaining({ code: 'NO_DATA' }) as Error,
    );
  });

  it('counts a rescue that diverges as guessing', () => {
    const claim = claims.find(({ id }) => id === 'W-noise.switch-sgd')!;
    const fall = (x: number): number => assess(claim.hypothesis, claim.measure(evidenceOf(claim, around(x, 0)))).effect;
    for (const x of [-Infinity, NaN, -5]) expect(fall(x)).toBeCloseTo(1 - Math.log(10), 12);
  });

  it('counts every update with a barrier at the larger learning rate', () => {
    const rare = claims.find(({ id }) => id === 'W-barrier.rare')!;
    const evidence = (crossed: number) =>
      syntheticEvidence(
        ['large', 'small'].map((rate) => ({
          experiment: 'W-height',
          condition: { network: 'mlp', rate },
          seed: 1,
          series: {
            'interpolation.barrier': Array.from(
              { length: 200 },
              (_, t) => [t, rate === 'small' || t < crossed ? 0.1 : 0] as const,
            ),
          },
        })),
      );
    expect(rare.measure(evidence(2))).toEqual({ kind: 'counts', hits: 2, of: 200 });
    expect([1, 10, 40].map((crossed) => verdictOf(rare, evidence(crossed)))).toEqual([
      'supported',
      'inconclusive',
      'contradicted',
    ]);
  });
});
