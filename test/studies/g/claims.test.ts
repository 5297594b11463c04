import { describe, expect, test } from 'vitest';
import { assess, judge, type Verdict } from '../../../src/claims/index.ts';
import { ThalwegError } from '../../../src/base/index.ts';
import { paperG } from '../../../src/studies/g/index.ts';
import type { Claim } from '../../../src/studies/index.ts';
import { syntheticEvidence } from '../../support/evidence.ts';
import { worldEvidence, type World } from './world.ts';

const verdictOf = (claim: Claim, world: Partial<World>): Verdict =>
  judge([assess(claim.hypothesis, claim.measure(worldEvidence(world)))])[0]!.verdict;

/** Worlds in which the opposite is so, and in which nothing can be said. */
interface Worlds {
  readonly opposite: Partial<World>;
  readonly nothing: Partial<World>;
}

const byEffect: Worlds = { opposite: { effect: [-1, -1.05, -0.95] }, nothing: { effect: [0.3, -0.3, 0.01] } };
const byCrossing: Worlds = {
  opposite: { crossing: [8, 8.1, 7.9] },
  nothing: { crossing: [0.2, 1, 5] },
};
const byGap: Worlds = { opposite: { gap: [2, 2.02, 1.98] }, nothing: { gap: [0.6, 1, 1.7] } };
const byExcess: Worlds = { opposite: { excess: [0.2, 0.201, 0.199] }, nothing: { excess: [0.1, -0.1, 0] } };
const byLooseness: Worlds = {
  opposite: { looseness: [0.5, 0.51, 0.49] },
  nothing: { looseness: [0.5, 0.01, 0.02] },
};

function worldsOf({ id }: Claim): Worlds {
  if (id.endsWith('-crossing') || id.endsWith('-middle')) return byCrossing;
  if (id.endsWith('.gap') || id.endsWith('.linear')) return byGap;
  if (id === 'G-gcdf.binary' || id === 'G-gcdf.limit') return byExcess;
  if (id === 'G-bound.second-order') return byLooseness;
  return byEffect;
}

/** Gaps are read off the loss of one run: no other run may differ from it there. */
const plainWorld = (claim: Claim): Partial<World> => (worldsOf(claim) === byGap ? { contrasts: false } : {});

describe.each(paperG.claims.map((claim) => [claim.id, claim] as const))('claim %s', (_, claim) => {
  const worlds = worldsOf(claim);
  const plain = plainWorld(claim);

  test('is supported where it is so', () => {
    expect(verdictOf(claim, plain)).toBe('supported');
  });

  test('is contradicted where the opposite is so', () => {
    expect(verdictOf(claim, { ...plain, ...worlds.opposite })).toBe('contradicted');
  });

  test('is inconclusive where seeds disagree', () => {
    expect(verdictOf(claim, { ...plain, ...worlds.nothing })).toBe('inconclusive');
  });

  test('is refused where nothing was recorded', () => {
    const bare = worldTrials();
    expect(() => claim.measure(bare)).toThrow(ThalwegError);
    expect(() => claim.measure(bare)).toThrow(/expected (a number|records) /);
  });
});

/** The same trials without what they recorded. */
const worldTrials = () => {
  const evidence = worldEvidence();
  const all = paperG.experiments.flatMap(({ id }) => evidence.trials(id));
  return syntheticEvidence(
    all.map(({ experiment, condition, seed }) => ({ experiment, condition, seed })),
    evidence.scale,
  );
};
