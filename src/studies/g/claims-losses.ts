import { readings, trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { countsOf, finalOf, logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { tinySigma } from './experiments-beyond.ts';
import { classes, gapOf } from './score-gap.ts';
import { contrastOf, losses, mnist, parameters, type LossName } from './setting.ts';

/** Hits and cases over all seeds. */
const counted = (evidence: Evidence, name: string) => countsOf(evidence, 'G-shape', name, 'cases');

/** Properties of formulas hold in every case or they do not hold: 95 % is a bound that a few hundred cases can tell from all. */
const always = { kind: 'share', direction: 'above', bound: 0.95 } as const;

const tail = (loss: LossName): Claim => ({
  id: `G-shape.tail-${loss}`,
  row: 'G-shape',
  place: 'section 4.1, figure 1',
  statement: `With a larger ${losses[loss].parameter} the ${losses[loss].title} needs a larger margin to fall to the same share of its value at no margin.`,
  quantity: 'share of random pairs of parameters and margins z > 0 whose larger parameter has the larger ℓ(z)/ℓ(0)',
  hypothesis: always,
  needs: ['G-shape'],
  measure: (evidence) => counted(evidence, `${loss}.heavier`),
});

const concave: Claim = {
  id: 'G-shape.concave',
  row: 'G-shape',
  place: 'section 3',
  statement:
    'Gcdf is not convex: among errors it is concave, so that a confident error costs little more than a slight one; the other ' +
    'two losses are convex there.',
  quantity: 'share of random chords over z < 0 that lie below Gcdf, and above or on the other two losses',
  hypothesis: always,
  needs: ['G-shape'],
  measure(evidence) {
    const [gcdf, ...others] = (['gcdf', 'crossEntropy', 'hinge'] as const).map((loss) =>
      counted(evidence, `${loss}.concave`),
    );
    const wrong = others.reduce((sum, { hits }) => sum + hits, 0);
    return { ...gcdf!, hits: Math.max(0, gcdf!.hits - wrong) };
  },
};

/** The noisier run of the learning rates: the one that is trained furthest. */
const trained = (evidence: Evidence, seed: number): EvidenceTrial =>
  trialOf(evidence, mnist.experiment, seed, contrastOf(mnist, 'rates', evidence.scale).noisy);

const gap = (row: 'G-gcdf' | 'G-ce', loss: 'gcdf' | 'crossEntropy', place: string): Claim => ({
  id: `${row}.gap`,
  row,
  place,
  statement: `For its largest ${losses[loss].parameter} the ${losses[loss].title} sees nothing but the mean score gap, and so agrees with the hinge loss of a large margin.`,
  quantity:
    'log ratio of the score gap that the loss shows at its largest parameter and the one that the hinge loss shows, at the end',
  // A fifth: a parameter of 32 is large, not infinite, beside gaps of some units.
  hypothesis: { kind: 'equivalent', margin: Math.log(1.2) },
  needs: [mnist.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const [trial, largest] = [trained(evidence, seed), parameters[evidence.scale].at(-1)!];
      const shown = (name: LossName): number => gapOf[name](finalOf(trial, losses[name].series, largest), largest);
      return logRatio(`${trial.id}, score gap`, shown(loss), shown('hinge'));
    }),
});

const hingeLimit: Claim = {
  id: 'G-hinge.linear',
  row: 'G-hinge',
  place: 'section 4, equation 8',
  statement: 'For large margins γ the hinge loss grows in proportion to γ: hardly a pair of scores is further apart.',
  quantity:
    'log ratio of the growth of the hinge loss between the two largest γ and of (C − 1)·Δγ, at the end of training',
  // Five per cent of the pairs of scores may lie beyond the smaller of the two margins.
  hypothesis: { kind: 'equivalent', margin: Math.log(1.05) },
  needs: [mnist.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const [below, largest] = parameters[evidence.scale].slice(-2) as [number, number];
      const trial = trained(evidence, seed);
      const growth = finalOf(trial, 'loss.hinge', largest) - finalOf(trial, 'loss.hinge', below);
      return logRatio(`${trial.id}, hinge loss`, growth, (classes - 1) * (largest - below));
    }),
};

/** Differences of two series of `g-bound` over all its readings and σ. */
function excesses(trial: EvidenceTrial): number[] {
  const smoothed = readings(trial, 'gBound.smoothedError');
  return readings(trial, 'gBound.gcdf').map(({ value }, index) => value - smoothed[index]!.value);
}

const bounds: Claim = {
  id: 'G-gcdf.bounds',
  row: 'G-gcdf',
  place: 'equations 3 to 6',
  statement:
    'With ten classes Gcdf lies above the share of errors under Gaussian noise of the top layer, at every σ and time.',
  quantity: 'smallest difference of Gcdf and the share of errors under noise, over σ and training; by Monte Carlo',
  // Below a thousandth the difference is within the noise of the draws.
  hypothesis: { kind: 'mean', smallest: 0.001 },
  needs: [mnist.experiment],
  measure: (evidence) => perSeed(evidence, (seed) => Math.min(...excesses(trained(evidence, seed)))),
};

const binary: Claim = {
  id: 'G-gcdf.binary',
  row: 'G-gcdf',
  place: 'equation 1',
  statement: 'With two classes Gcdf is the share of errors under Gaussian noise of the top layer.',
  quantity: 'mean difference of Gcdf and the share of errors under noise, over σ and training; by Monte Carlo',
  // Five draws on a few hundred examples leave about a hundredth of chance.
  hypothesis: { kind: 'equivalent', margin: 0.03 },
  needs: ['G-binary'],
  measure: (evidence) => perSeed(evidence, (seed) => meanOf('G-binary', excesses(trialOf(evidence, 'G-binary', seed)))),
};

const limit: Claim = {
  id: 'G-gcdf.limit',
  row: 'G-gcdf',
  place: 'section 4.3',
  statement: 'With two classes Gcdf becomes the training error as σ goes to 0.',
  quantity: `difference of Gcdf at σ = ${tinySigma} and the training error, at the end of training`,
  hypothesis: { kind: 'equivalent', margin: 0.01 },
  needs: ['G-binary'],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const trial = trialOf(evidence, 'G-binary', seed);
      return finalOf(trial, 'loss.gcdf', tinySigma) - finalOf(trial, 'loss.error');
    }),
};

/** What the losses are by themselves: rows G-shape, G-gcdf, G-ce and G-hinge. */
export const lossClaims: readonly Claim[] = [
  tail('gcdf'),
  tail('crossEntropy'),
  tail('hinge'),
  concave,
  bounds,
  binary,
  limit,
  gap('G-gcdf', 'gcdf', 'section 4.1'),
  gap('G-ce', 'crossEntropy', 'section 4.1'),
  hingeLimit,
];
