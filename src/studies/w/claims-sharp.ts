import { pearsonCorrelation } from '../../statistics/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';
import { logOf, logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { ofNetwork, overNetworks } from './conditions.ts';

/** The parts of training that are compared: fifths of what was measured, the initial point left out. */
type Part = 'first' | 'middle' | 'fourth' | 'last';
const places: Readonly<Record<Part, number>> = { first: 0, middle: 2, fourth: 3, last: 4 };

type Followed = 'hessian.sharpness' | 'validation.accuracy';

/** Mean of a series over a fifth of its measurements. */
export function partOf(trial: EvidenceTrial, name: Followed, part: Part): number {
  const rows = readings(trial, name).filter(({ iteration }) => iteration > 0);
  const edge = (index: number): number => Math.round((index * rows.length) / 5);
  const taken = rows.slice(edge(places[part]), edge(places[part] + 1));
  return meanOf(
    `${trial.id}: ${name} of the ${part} fifth`,
    taken.map(({ value }) => value),
  );
}

/** Pearson's r of log sharpness and validation accuracy over the iterations at which both were measured, the initial point left out. */
export function sharpnessCorrelation(trial: EvidenceTrial): number {
  const accuracies = new Map(readings(trial, 'validation.accuracy').map(({ iteration, value }) => [iteration, value]));
  const pairs = readings(trial, 'hessian.sharpness').filter(
    ({ iteration }) => iteration > 0 && accuracies.has(iteration),
  );
  const sharpness = pairs.map(({ value }) => logOf(`${trial.id}: sharpness`, value));
  const { r } = pearsonCorrelation(
    sharpness,
    pairs.map(({ iteration }) => accuracies.get(iteration)!),
  );
  return meanOf(`${trial.id}: correlation`, [r]);
}

const measure =
  (number: (trial: EvidenceTrial) => number): Claim['measure'] =>
  (evidence) =>
    perSeed(evidence, (seed) =>
      overNetworks(evidence, 'W-sharp', (network) => number(ofNetwork(evidence, 'W-sharp', seed, network))),
    );

const common = { row: 'W-sharp', place: 'section 3.1, figures 3 and 7', needs: ['W-sharp'] } as const;

export const sharpnessClaims: readonly Claim[] = [
  {
    ...common,
    id: 'W-sharp.falls',
    statement: 'The spectral norm of the Hessian falls as training goes on.',
    quantity: 'logarithm of the ratio of mean sharpness, first over third fifth of training',
    // "Roughly decreases": by a fifth.
    hypothesis: { kind: 'mean', smallest: Math.log(1.2) },
    measure: measure((trial) =>
      logRatio('W-sharp', partOf(trial, 'hessian.sharpness', 'first'), partOf(trial, 'hessian.sharpness', 'middle')),
    ),
  },
  {
    ...common,
    id: 'W-sharp.rises',
    statement: 'The spectral norm of the Hessian rises again towards the end of training.',
    quantity: 'logarithm of the ratio of mean sharpness, last over third fifth of training',
    // "Slightly increasing": by a twentieth.
    hypothesis: { kind: 'mean', smallest: Math.log(1.05) },
    measure: measure((trial) =>
      logRatio('W-sharp', partOf(trial, 'hessian.sharpness', 'last'), partOf(trial, 'hessian.sharpness', 'middle')),
    ),
  },
  {
    ...common,
    id: 'W-sharp.accuracy',
    statement: 'Sharpness and validation accuracy go in opposite directions along training.',
    quantity: "Pearson's r of the logarithm of sharpness with validation accuracy along training, times −1",
    // The paper does not hope for a strong correlation: a moderate one counts.
    hypothesis: { kind: 'mean', smallest: 0.3 },
    measure: measure((trial) => -sharpnessCorrelation(trial)),
  },
  {
    ...common,
    id: 'W-sharp.drop',
    statement: 'Validation accuracy drops towards the end of training at a fixed learning rate.',
    quantity: 'mean validation accuracy of the fourth fifth of training, less that of the last',
    // One example in five hundred.
    hypothesis: { kind: 'mean', smallest: 0.002 },
    measure: measure(
      (trial) => partOf(trial, 'validation.accuracy', 'fourth') - partOf(trial, 'validation.accuracy', 'last'),
    ),
  },
];
