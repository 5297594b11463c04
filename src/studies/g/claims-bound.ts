import { trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { boundTrack, traceAtTrainingLoss, type BoundTrack } from './eq9.ts';
import { boundSigmas, contrastOf, mnist, type ContrastKind } from './setting.ts';
import { noisier } from './claims-track.ts';

const place = 'section 5, equation 9';
const [smallestSigma, largestSigma] = [boundSigmas[0], boundSigmas[boundSigmas.length - 1]!];

type Side = (trial: EvidenceTrial) => BoundTrack[];
const allSigmas: Side = (trial) => boundSigmas.map((sigma) => boundTrack(trial, sigma));

/** The run with the largest learning rate. */
const trained = (evidence: Evidence, seed: number): EvidenceTrial =>
  trialOf(evidence, mnist.experiment, seed, contrastOf(mnist, 'rates', evidence.scale).noisy);

/** The smallest margin of eq. 9 in bits, over all σ and readings of a run from index `from` on (negative: from the end). */
const room = (trial: EvidenceTrial, side: 'gcdf' | 'error', from = 0): number =>
  Math.min(
    ...allSigmas(trial).flatMap((track) => track.bound.map((bound, index) => bound - track[side][index]!).slice(from)),
  );

/** Below a hundredth the two sides are equal within the noise of the draws. */
const holds = { kind: 'mean', smallest: 0.01 } as const;

const smoothed: Claim = {
  id: 'G-bound.smoothed',
  row: 'G-bound',
  place,
  statement:
    'The smoothed cross-entropy over log 2 bounds the share of errors under noise of the top layer, with ten classes too.',
  quantity: 'smallest difference of both sides over σ and training',
  hypothesis: holds,
  needs: [mnist.experiment],
  measure: (evidence) => perSeed(evidence, (seed) => room(trained(evidence, seed), 'error')),
};

const binary: Claim = {
  id: 'G-bound.binary',
  row: 'G-bound',
  place,
  statement: 'With two classes the smoothed cross-entropy over log 2 bounds Gcdf, as the paper says for this case.',
  quantity: 'smallest difference of both sides over σ and training',
  hypothesis: holds,
  needs: ['G-binary'],
  measure: (evidence) => perSeed(evidence, (seed) => room(trialOf(evidence, 'G-binary', seed), 'gcdf')),
};

const union = (name: 'union-always' | 'union-end', when: string, from: number): Claim => ({
  id: `G-bound.${name}`,
  row: 'G-bound',
  place,
  statement: `With ten classes, where nothing guarantees it, the smoothed cross-entropy over log 2 still bounds Gcdf ${when}.`,
  quantity: `smallest difference of both sides over σ, ${when}`,
  hypothesis: holds,
  needs: [mnist.experiment],
  measure: (evidence) => perSeed(evidence, (seed) => room(trained(evidence, seed), 'gcdf', from)),
});

/** `ln(second order/exact)` at the end of a run. */
const looseness = (trial: EvidenceTrial, sigma: number): number => {
  const { secondOrder, bound } = boundTrack(trial, sigma);
  return logRatio(`${trial.id}, eq. 9 at ${sigma}`, secondOrder.at(-1)!, bound.at(-1)!);
};

const local: Claim = {
  id: 'G-bound.second-order',
  row: 'G-bound',
  place,
  statement: `For small σ the second-order form is the smoothed cross-entropy.`,
  quantity: `log ratio of the second-order form and the Monte Carlo mean at σ = ${smallestSigma}, at the end of training`,
  // A tenth: what "approximately" may mean for a bound.
  hypothesis: { kind: 'equivalent', margin: Math.log(1.1) },
  needs: [mnist.experiment],
  measure: (evidence) => perSeed(evidence, (seed) => looseness(trained(evidence, seed), smallestSigma)),
};

const breaks: Claim = {
  id: 'G-bound.local',
  row: 'G-bound',
  place,
  statement: 'For large σ the second-order form is far from the smoothed cross-entropy: it is only local.',
  quantity: `difference of the absolute log ratios of second-order form and Monte Carlo mean at σ = ${largestSigma} and ${smallestSigma}, at the end`,
  // More than a tenth further off than where it is said to be good.
  hypothesis: { kind: 'mean', smallest: Math.log(1.1) },
  needs: [mnist.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const trial = trained(evidence, seed);
      return Math.abs(looseness(trial, largestSigma)) - Math.abs(looseness(trial, smallestSigma));
    }),
};

const curvature = (kind: ContrastKind): Claim => ({
  id: `G-bound.curvature-${kind}`,
  row: 'G-bound',
  place: 'section 5',
  statement: `At equal training loss ${noisier[kind]} has the smaller curvature of the top layer, which would explain its small Gcdf.`,
  quantity: 'log ratio of tr H_top at equal training losses, quiet over noisy run, mean over training losses',
  // Five per cent of curvature.
  hypothesis: { kind: 'mean', smallest: Math.log(1.05) },
  needs: [mnist.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const { quiet, noisy } = contrastOf(mnist, kind, evidence.scale);
      const ratios = mnist.levels[evidence.scale].map((level) => {
        const [ofQuiet, ofNoisy] = [quiet, noisy].map((where) =>
          traceAtTrainingLoss(trialOf(evidence, mnist.experiment, seed, where), level),
        );
        return logRatio('tr H_top', ofQuiet!, ofNoisy!);
      });
      return meanOf('tr H_top', ratios);
    }),
});

/** Equation 9: row G-bound. */
export const boundClaims: readonly Claim[] = [
  smoothed,
  binary,
  union('union-always', 'at every time of training', 0),
  union('union-end', 'at the end of training', -1),
  local,
  breaks,
  curvature('rates'),
  curvature('batches'),
];
