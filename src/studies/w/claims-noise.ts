import type { Condition } from '../../contract/index.ts';
import { readings, type Evidence, type EvidenceTrial, type Window } from '../evidence.ts';
import { finalOf, logRatio, meanIn, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { ofNetwork, overNetworks } from './conditions.ts';
import { changeAt, noiseEnd, noiseFactors, rescuedFactor } from './experiments-noise.ts';

/** Runs that begin with one rule and stay with it. */
const gd: Condition = { rule: 'gd', then: 'same' };
const sgd: Condition = { rule: 'sgd', then: 'same' };
const noisy = (factor: number): Condition => ({ rule: 'noise', factor, then: 'same' });

/** The last quarter of the updates in front of `end`: noisy losses are averaged over it. */
const quarterBefore = (end: number, of: number): Window => ({ from: end - of / 4 + 1, to: end });

/** Cross-entropy of guessing one of ten classes, nat. */
const guessing = Math.log(10);

/**
 * Mean training loss, nat. Noise throws the loss up now and then, and a run can diverge: a loss above that of guessing counts as
 * guessing, and so does one that is not finite any more.
 */
export function limitedLoss(trial: EvidenceTrial, window: Window): number {
  const losses = readings(trial, 'train.loss', window).map(({ value }) =>
    Number.isFinite(value) ? Math.min(value, guessing) : guessing,
  );
  return meanOf(`${trial.id}: train.loss`, losses);
}

const lastQuarter = ({ scale }: Evidence): Window => quarterBefore(noiseEnd(scale), noiseEnd(scale));

/** How much lower the training loss is at the end of a rescued run than before its change, nat. */
function gain(evidence: Evidence, seed: number, network: string, then: string): number {
  const trial = ofNetwork(evidence, 'W-noise', seed, network, { rule: 'noise', factor: rescuedFactor, then });
  const change = changeAt(evidence.scale);
  const end = noiseEnd(evidence.scale);
  return limitedLoss(trial, quarterBefore(change, change)) - limitedLoss(trial, quarterBefore(end, end - change));
}

/** Compares two runs of every network and takes the mean; a comparison with noise takes the factor with the smaller number. */
const compared =
  (
    compare: (trial: (where: Condition) => EvidenceTrial, evidence: Evidence, factor: number) => number,
  ): Claim['measure'] =>
  (evidence) =>
    perSeed(evidence, (seed) =>
      overNetworks(evidence, 'W-noise', (network) =>
        Math.min(
          ...noiseFactors.map((factor) =>
            compare((where) => ofNetwork(evidence, 'W-noise', seed, network, where), evidence, factor),
          ),
        ),
      ),
    );

const rescued =
  (number: (gainOf: (then: string) => number) => number): Claim['measure'] =>
  (evidence) =>
    perSeed(evidence, (seed) =>
      overNetworks(evidence, 'W-noise', (network) => number((then) => gain(evidence, seed, network, then))),
    );

/** Mean accuracy on the validation set over the last quarter. */
export const lateAccuracy = (trial: EvidenceTrial, window: Window): number =>
  meanIn(trial, 'validation.accuracy', window);

const common = { row: 'W-noise', place: 'section 4, figures 5, 25 and 26', needs: ['W-noise'] } as const;
/** A tenth more or less counts for distances and norms. */
const tenth = Math.log(1.1);
/** What counts of the training loss, nat: the paper's curves lie tenths apart. */
const lossThatCounts = 0.1;

export const noiseClaims: readonly Claim[] = [
  {
    ...common,
    id: 'W-noise.stalls',
    statement: 'Isotropic noise keeps gradient descent from reaching the training loss that it reaches without.',
    quantity:
      'difference of mean training loss over the last quarter (nat, at most log 10), noise less none; the smaller of two variances',
    hypothesis: { kind: 'mean', smallest: lossThatCounts },
    measure: compared(
      (trial, evidence, factor) =>
        limitedLoss(trial(noisy(factor)), lastQuarter(evidence)) - limitedLoss(trial(gd), lastQuarter(evidence)),
    ),
  },
  {
    ...common,
    id: 'W-noise.validation',
    statement: 'Isotropic noise makes gradient descent worse on validation data.',
    quantity:
      'difference of mean validation accuracy over the last quarter, gradient descent without noise less with; the smaller of two variances',
    // One example in a hundred.
    hypothesis: { kind: 'mean', smallest: 0.01 },
    measure: compared(
      (trial, evidence, factor) =>
        lateAccuracy(trial(gd), lastQuarter(evidence)) - lateAccuracy(trial(noisy(factor)), lastQuarter(evidence)),
    ),
  },
  {
    ...common,
    id: 'W-noise.farther',
    statement: 'With isotropic noise gradient descent travels farther than without, and farther than SGD.',
    quantity:
      'log ratio of the distance from the start at the end, noise over the farther of gradient descent and SGD; the smaller of two variances',
    hypothesis: { kind: 'mean', smallest: tenth },
    measure: compared((trial, _evidence, factor) =>
      Math.min(...[gd, sgd].map((other) => ratioOf('parameters.distance', trial(noisy(factor)), trial(other)))),
    ),
  },
  {
    ...common,
    id: 'W-noise.norm',
    statement: 'The run that noise has stuck ends with larger weights than gradient descent and SGD.',
    quantity:
      'log ratio of the final parameter norm, noise over the larger of gradient descent and SGD; the smaller of two variances',
    hypothesis: { kind: 'mean', smallest: tenth },
    measure: compared((trial, _evidence, factor) =>
      Math.min(...[gd, sgd].map((other) => ratioOf('parameters.norm', trial(noisy(factor)), trial(other)))),
    ),
  },
  {
    ...common,
    id: 'W-noise.norm-sgd',
    statement: 'SGD ends with smaller weights than gradient descent after as many updates.',
    quantity: 'log ratio of the final parameter norm, gradient descent over SGD',
    // The paper reads 87 against 82: one in fifty counts.
    hypothesis: { kind: 'mean', smallest: Math.log(1.02) },
    measure: compared((trial) => ratioOf('parameters.norm', trial(gd), trial(sgd))),
  },
  {
    ...common,
    place: 'section 4, footnote 6',
    id: 'W-noise.switch-sgd',
    statement: 'A run that noise has stuck goes on when it is switched to SGD.',
    quantity:
      'fall of mean training loss (nat, at most log 10), last quarter before the switch to last quarter after it',
    hypothesis: { kind: 'mean', smallest: lossThatCounts },
    measure: rescued((gainOf) => gainOf('sgd')),
  },
  {
    ...common,
    place: 'section 4, footnote 6',
    id: 'W-noise.lower-rate',
    statement: 'A run that noise has stuck stays stuck when its learning rate is lowered.',
    quantity:
      'fall of mean training loss (nat, at most log 10), last quarter before the learning rate is divided by ten to last quarter after it',
    hypothesis: { kind: 'equivalent', margin: lossThatCounts },
    measure: rescued((gainOf) => gainOf('lower rate')),
  },
  {
    ...common,
    place: 'section 4, footnote 6',
    id: 'W-noise.switch-gd',
    statement: 'A run that noise has stuck stays stuck when the noise is taken away.',
    quantity:
      'fall of mean training loss (nat, at most log 10), last quarter before the noise ends to last quarter after it',
    hypothesis: { kind: 'equivalent', margin: lossThatCounts },
    measure: rescued((gainOf) => gainOf('gd')),
  },
  {
    ...common,
    place: 'section 4, footnote 6',
    id: 'W-noise.rescue',
    statement: 'Switching a stuck run to SGD lowers its training loss more than lowering its learning rate does.',
    quantity:
      'fall of mean training loss (nat, at most log 10) after the switch to SGD, less that after the learning rate is divided by ten',
    hypothesis: { kind: 'mean', smallest: lossThatCounts },
    measure: rescued((gainOf) => gainOf('sgd') - gainOf('lower rate')),
  },
];

function ratioOf(name: 'parameters.distance' | 'parameters.norm', trial: EvidenceTrial, other: EvidenceTrial): number {
  return logRatio(`W-noise: ${name}`, finalOf(trial, name), finalOf(other, name));
}
