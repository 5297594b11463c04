import type { Condition } from '../../contract/index.ts';
import { valuesOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { finalOf, logOf, meanIn, perDoubling, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { isNumber, ofNetwork, overNetworks } from './conditions.ts';
import { usual } from './networks.ts';

type Axis = 'batchSize' | 'learningRate';

/** The trials along one axis have the usual value on the other. */
export const fixedOn = (axis: Axis): Condition =>
  axis === 'batchSize' ? { learningRate: usual.learningRate } : { batchSize: usual.batchSize };

/** Change of a run's number for each doubling of the batch size or of the learning rate, mean over networks, of one seed. */
function slope(evidence: Evidence, seed: number, axis: Axis, number: (trial: EvidenceTrial) => number): number {
  const values = valuesOf(evidence, 'W-roles', axis, isNumber, fixedOn(axis));
  return overNetworks(evidence, 'W-roles', (network) =>
    perDoubling(
      values.map((value) => {
        const trial = ofNetwork(evidence, 'W-roles', seed, network, { ...fixedOn(axis), [axis]: value });
        return [value, number(trial)];
      }),
    ),
  );
}

const cosine = (trial: EvidenceTrial): number => meanIn(trial, 'gradient.cosine');
const logDistance = (trial: EvidenceTrial): number =>
  logOf(`${trial.id}: distance`, finalOf(trial, 'parameters.distance'));

/**
 * Change of the mean cosine for each doubling that counts. Figure 4 spans tenths over about three doublings of the batch size;
 * what is less for the learning rate is no effect.
 */
const cosineThatCounts = 0.02;

const common = { row: 'W-roles', needs: ['W-roles'] } as const;

export const rolesClaims: readonly Claim[] = [
  {
    ...common,
    id: 'W-roles.batch',
    place: 'section 3.2, figures 4 and 22 to 24',
    statement: 'The larger the batch, the more negative the cosine of consecutive gradients.',
    quantity: 'fall of the mean cosine for each doubling of the batch size, at one learning rate and as many updates',
    hypothesis: { kind: 'mean', smallest: cosineThatCounts },
    measure: (evidence) => perSeed(evidence, (seed) => -slope(evidence, seed, 'batchSize', cosine)),
  },
  {
    ...common,
    id: 'W-roles.rate',
    place: 'section 3.2, figures 4 and 22 to 24',
    statement: 'The cosine of consecutive gradients does not depend on the learning rate.',
    quantity: 'change of the mean cosine for each doubling of the learning rate, at one batch size and as many updates',
    hypothesis: { kind: 'equivalent', margin: cosineThatCounts },
    measure: (evidence) => perSeed(evidence, (seed) => slope(evidence, seed, 'learningRate', cosine)),
  },
  {
    ...common,
    id: 'W-roles.batch-distance',
    place: 'section 3.2',
    statement: 'The larger the batch, the smaller the distance from the start after as many updates.',
    quantity: 'fall of the logarithm of the distance for each doubling of the batch size',
    // Two per cent for each doubling: a tenth over the range of the figure.
    hypothesis: { kind: 'mean', smallest: 0.02 },
    measure: (evidence) => perSeed(evidence, (seed) => -slope(evidence, seed, 'batchSize', logDistance)),
  },
  {
    ...common,
    id: 'W-roles.rate-distance',
    place: 'abstract',
    statement: 'The larger the learning rate, the larger the distance from the start after as many updates.',
    quantity: 'rise of the logarithm of the distance for each doubling of the learning rate',
    // A tenth for each doubling.
    hypothesis: { kind: 'mean', smallest: Math.log(1.1) },
    measure: (evidence) => perSeed(evidence, (seed) => slope(evidence, seed, 'learningRate', logDistance)),
  },
];
