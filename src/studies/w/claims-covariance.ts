import type { SeriesName } from '../../contract/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';
import { finalOf, logRatio, meanIn, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { ofNetwork } from './conditions.ts';

/** A number of the trained network at several epochs: the initial point is left out. */
const trained = { from: 1 } as const;

const measure =
  (number: (trial: EvidenceTrial) => number): Claim['measure'] =>
  (evidence) =>
    perSeed(evidence, (seed) => number(ofNetwork(evidence, 'W-cov', seed, 'mlp')));

/** Change of a positive number from the first measurement to the last, as a logarithm of their ratio: positive where it fell. */
function fall(trial: EvidenceTrial, name: SeriesName): number {
  const first = readings(trial, name)[0]?.value ?? NaN;
  return logRatio(`${trial.id}: ${name}`, first, finalOf(trial, name));
}

const common = { row: 'W-cov', place: 'section 4, equation 3', needs: ['W-cov'] } as const;

export const covarianceClaims: readonly Claim[] = [
  {
    ...common,
    id: 'W-cov.overlap',
    statement: 'Hessian and gradient covariance share their leading directions.',
    quantity:
      'mean of cos² of the principal angles between the two leading eigenspaces, mean over epochs, less a quarter',
    // Random spaces of so many dimensions overlap by less than a thousandth; a quarter is "roughly aligned".
    hypothesis: { kind: 'mean', smallest: 0 },
    measure: measure((trial) => meanIn(trial, 'alignment.overlap', trained) - 0.25),
  },
  {
    ...common,
    id: 'W-cov.cosine',
    statement: 'On the leading directions of the Hessian the covariance is nearly a multiple of it.',
    quantity: 'cosine ⟨C, H⟩/(‖C‖‖H‖) on the span of the leading eigenvectors of H, less one half, mean over epochs',
    hypothesis: { kind: 'mean', smallest: 0 },
    measure: measure((trial) => meanIn(trial, 'alignment.cosine', trained) - 0.5),
  },
  {
    ...common,
    id: 'W-cov.residual',
    statement: 'What equation 3 leaves between the two matrices becomes small beside the Hessian as training goes on.',
    quantity:
      'logarithm of the ratio of ‖H − 1/N Σ g gᵀ‖/‖H‖ on the leading directions of H, at the start over at the end',
    // A tenth smaller.
    hypothesis: { kind: 'mean', smallest: Math.log(1.1) },
    measure: measure((trial) => fall(trial, 'alignment.residualFrobenius')),
  },
  {
    ...common,
    id: 'W-cov.equal',
    statement: 'Near a minimum Hessian and gradient covariance are almost equal.',
    quantity: 'logarithm of the ratio of traces, covariance over Hessian, at the end of training',
    // Equal within a factor of two.
    hypothesis: { kind: 'equivalent', margin: Math.log(2) },
    measure: measure((trial) =>
      logRatio(
        `${trial.id}: traces`,
        finalOf(trial, 'alignment.covarianceTrace'),
        finalOf(trial, 'alignment.hessianTrace'),
      ),
    ),
  },
];
