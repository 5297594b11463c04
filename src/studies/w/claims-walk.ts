import { readings, type Evidence, type EvidenceTrial, type Window } from '../evidence.ts';
import { finalOf, logRatio, meanIn, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { networksOf, ofNetwork } from './conditions.ts';
import { mainNetwork, walkLength } from './experiments-walk.ts';

/** Figures 1 and 2: the valley is reached after about 15 of 40 updates. The second half of the walk is judged. */
const secondHalf = (evidence: Evidence): Window => ({
  from: walkLength[evidence.scale] / 2,
  to: walkLength[evidence.scale] - 1,
});

const walked = (evidence: Evidence, seed: number, rule: string): EvidenceTrial =>
  ofNetwork(evidence, 'W-walk', seed, mainNetwork[evidence.scale], { rule });

/** Share of the updates in a window whose lowest interpolated loss is at neither end. */
export function interiorShare(trial: EvidenceTrial, window: Window): number {
  const floors = readings(trial, 'interpolation.floor', window);
  return meanOf(
    `${trial.id}: interpolation.floor`,
    floors.map(({ coordinate }) => (coordinate > 0 && coordinate < 1 ? 1 : 0)),
  );
}

/** Share of the steps from one valley floor to the next that go up. Steps between separate windows do not count. */
export function risingShare(trial: EvidenceTrial, window: Window = {}): number {
  const floors = readings(trial, 'interpolation.floor', window);
  const steps = floors.slice(1).filter(({ iteration }, index) => iteration === floors[index]!.iteration + 1);
  const valueAt = new Map(floors.map(({ iteration, value }) => [iteration, value]));
  return meanOf(
    `${trial.id}: steps of interpolation.floor`,
    steps.map(({ iteration, value }) => (value > valueAt.get(iteration - 1)! ? 1 : 0)),
  );
}

const needs = ['W-walk'];
/** "Nearly all": nine in ten. */
const nearly = 0.9;
/** Cosine of 135°: an angle beyond it is nearer to opposite than to orthogonal. */
const opposite = -Math.SQRT1_2;

export const walkClaims: readonly Claim[] = [
  {
    id: 'W-interp.valley',
    row: 'W-interp',
    place: 'section 3.1, figure 1',
    statement:
      'Under gradient descent the loss between consecutive iterates soon has its minimum between them: a valley is crossed.',
    quantity: 'share of the updates in the second half of the walk with an interior minimum, less 0.9',
    // Above nine tenths at all: the share itself has the size of the effect.
    hypothesis: { kind: 'mean', smallest: 0 },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) => interiorShare(walked(evidence, seed, 'gd'), secondHalf(evidence)) - nearly),
  },
  {
    id: 'W-interp.floor-falls',
    row: 'W-interp',
    place: 'section 3.1, figure 1',
    statement: 'Under gradient descent the floor of the valley falls almost without exception.',
    quantity: 'share of the steps from one valley floor to the next that do not go up, less 0.9',
    hypothesis: { kind: 'mean', smallest: 0 },
    needs,
    measure: (evidence) => perSeed(evidence, (seed) => 1 - risingShare(walked(evidence, seed, 'gd')) - nearly),
  },
  {
    id: 'W-interp.floor-rough',
    row: 'W-interp',
    place: 'section 3.1, figure 2',
    statement: 'Under SGD the floor of the valley goes up more often than under gradient descent.',
    quantity: 'share of the steps of the floor that go up under SGD, less the same share under gradient descent',
    // "Many ups and downs": one step in ten more.
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs,
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => risingShare(walked(evidence, seed, 'sgd')) - risingShare(walked(evidence, seed, 'gd')),
      ),
  },
  {
    id: 'W-cos.opposite',
    row: 'W-cos',
    place: 'section 3.1, figure 1',
    statement: 'Under gradient descent consecutive gradients soon point in nearly opposite directions.',
    quantity:
      '−1/√2, the cosine of 135°, less the mean cosine of consecutive gradients over the second half of the walk',
    hypothesis: { kind: 'mean', smallest: 0 },
    needs,
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => opposite - meanIn(walked(evidence, seed, 'gd'), 'gradient.cosine', secondHalf(evidence)),
      ),
  },
  {
    id: 'W-cos.less-negative',
    row: 'W-cos',
    place: 'section 3.1, figure 2',
    statement: 'The cosine of consecutive gradients is less negative under SGD than under gradient descent.',
    quantity: 'mean cosine over the second half of the walk under SGD, less that under gradient descent',
    // "Significantly less negative": a tenth of the way from −1 to 0.
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        cosineGap(walked(evidence, seed, 'sgd'), walked(evidence, seed, 'gd'), secondHalf(evidence)),
      ),
  },
  {
    id: 'W-dist.farther',
    row: 'W-dist',
    place: 'section 3.1, figures 1 and 2',
    statement: 'SGD is farther from the start than gradient descent after as many updates.',
    quantity: 'logarithm of the ratio of the distances from the start, SGD over gradient descent',
    // The paper reads 1.7 against 1.4; a tenth farther counts.
    hypothesis: { kind: 'mean', smallest: Math.log(1.1) },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) => distanceRatio(walked(evidence, seed, 'sgd'), walked(evidence, seed, 'gd'))),
  },
];

const cosineGap = (sgd: EvidenceTrial, gd: EvidenceTrial, window: Window): number =>
  meanIn(sgd, 'gradient.cosine', window) - meanIn(gd, 'gradient.cosine', window);

const distanceRatio = (sgd: EvidenceTrial, gd: EvidenceTrial): number =>
  logRatio('W-dist', finalOf(sgd, 'parameters.distance'), finalOf(gd, 'parameters.distance'));

/** The smallest over networks of a comparison of SGD with gradient descent. */
const leastOver = (
  evidence: Evidence,
  seed: number,
  compare: (sgd: EvidenceTrial, gd: EvidenceTrial) => number,
): number => {
  const trial = (network: string, rule: string) => ofNetwork(evidence, 'W-models', seed, network, { rule });
  const networks = networksOf(evidence, 'W-models');
  return Math.min(...networks.map((network) => compare(trial(network, 'sgd'), trial(network, 'gd'))));
};

/** The second half of what was recorded. */
function laterHalf(trial: EvidenceTrial): Window {
  const end = Math.max(...readings(trial, 'gradient.cosine').map(({ iteration }) => iteration));
  return { from: Math.ceil(end / 2) };
}

export const networkClaims: readonly Claim[] = [
  {
    id: 'W-models.cosine',
    row: 'W-models',
    place: 'section 3.1, figures 9 to 21',
    statement:
      'On every network the cosine of consecutive gradients is less negative under SGD than under gradient descent.',
    quantity:
      'smallest over networks of the difference of mean cosines over the second half, SGD less gradient descent',
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['W-models'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => leastOver(evidence, seed, (sgd, gd) => cosineGap(sgd, gd, laterHalf(gd)))),
  },
  {
    id: 'W-models.distance',
    row: 'W-models',
    place: 'section 3.1, figures 9 to 21',
    statement: 'On every network SGD travels farther than gradient descent in as many updates.',
    quantity:
      'smallest over networks of the logarithm of the ratio of distances from the start, SGD over gradient descent',
    hypothesis: { kind: 'mean', smallest: Math.log(1.1) },
    needs: ['W-models'],
    measure: (evidence) => perSeed(evidence, (seed) => leastOver(evidence, seed, distanceRatio)),
  },
];
