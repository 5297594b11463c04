import { ThalwegError } from '../../base/index.ts';
import { trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { countsOf, finalOf, log10Ratio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import type { Method } from './cost.ts';
import { valueAt } from './readings.ts';
import { alphas } from './scaling.ts';

/** Share of cases that stands for "always", with room for rounding. */
const always = 0.99;

export const simplexClaims: readonly Claim[] = (
  [
    ['concave', 'The confidence function 1 − Σ a_j² is concave on the simplex.', 'between two random points'],
    [
      'belowCentre',
      'It is nowhere above its value at the centre, where the prediction is least confident.',
      'at a random point',
    ],
    ['positive', 'It is above zero inside the simplex: zero means full confidence in one class.', 'at a random point'],
    [
      'bounded',
      'It is at most 1 − a_y², which is at most 1 − γ², when the predicted class is the label.',
      'at a random point',
    ],
  ] as const
).map(([name, statement, where]) => ({
  id: `M-simplex.${name === 'belowCentre' ? 'centre' : name}`,
  row: 'M-simplex',
  place: 'section 3.1, figure 1',
  statement,
  quantity: `share of cases in which it holds ${where}, over seeds`,
  hypothesis: { kind: 'share', direction: 'above', bound: always },
  needs: ['M-simplex'],
  measure: (evidence) => countsOf(evidence, 'M-simplex', name, 'pairs'),
}));

/** The run of a seed, which has to have fitted its examples: proposition 5.1 speaks of no others. */
function fittedTrial(evidence: Evidence, seed: number): EvidenceTrial {
  const trial = trialOf(evidence, 'M-scale', seed);
  const accuracy = finalOf(trial, 'train.accuracy');
  if (accuracy === 1) return trial;
  throw new ThalwegError(
    'NO_DATA',
    `${trial.id}: expected every training example to be predicted correctly, got an accuracy of ${accuracy}`,
  );
}

/** Iteration of the last measurement of the scaled network. */
export const scaledAt = (trial: EvidenceTrial): number => {
  const { iteration, length } = trial.series('topScaling.trace');
  return iteration[length - 1]!;
};

/** What has gone below this counts as this: it is nothing beside the derivatives of any network. */
const tiny = 1e-30;

const falls = (name: 'largestEntry' | 'spectralNorm', what: string, id: string): Claim => ({
  id: `M-scale.${id}`,
  row: 'M-scale',
  place: 'proposition 5.1, corollary 5.2',
  statement: `${what} of a fully fitted set goes to zero as the top layer is scaled.`,
  quantity: `log₁₀ of ${name === 'largestEntry' ? 'max |H_jk|' : '‖H‖₂'} at α = 1 over that at α = ${alphas.at(-1)!}, or over 1e-30 where it is smaller`,
  // A millionth: beyond what any power of α could hide.
  hypothesis: { kind: 'mean', smallest: 6 },
  needs: ['M-scale'],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const trial = fittedTrial(evidence, seed);
      const [first, final] = [alphas[0], alphas.at(-1)!].map((alpha) =>
        Math.max(tiny, Math.abs(valueAt(trial, `topScaling.${name}`, scaledAt(trial), alpha))),
      );
      return Math.log10(first! / final!);
    }),
});

export const scaleClaims: readonly Claim[] = [
  falls('largestEntry', 'Every second derivative', 'vanishes'),
  falls('spectralNorm', 'The spectral norm of the Hessian', 'flat'),
  {
    id: 'M-scale.predictions',
    row: 'M-scale',
    place: 'section 5',
    statement: 'Scaling the top layer changes no prediction, so flatness alone does not tell such networks apart.',
    quantity: 'share of the training examples of which the predicted class changes, mean over α',
    // Less than one example of a thousand; the sets have fewer.
    hypothesis: { kind: 'equivalent', margin: 0.001 },
    needs: ['M-scale'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const trial = trialOf(evidence, 'M-scale', seed);
        const changed = alphas.map((alpha) => valueAt(trial, 'topScaling.changed', scaledAt(trial), alpha));
        return meanOf(`${trial.id}: changed predictions`, changed);
      }),
  },
];

/** log₁₀ of how many times as long one way takes as another. */
const slowdown = (evidence: Evidence, slow: Method, fast: Method, seed: number): number => {
  const trial = trialOf(evidence, 'M-cost', seed);
  return log10Ratio(`${trial.id}: ${slow} over ${fast}`, trial.number(slow), trial.number(fast));
};

const cost = (
  id: string,
  statement: string,
  quantity: string,
  smallest: number,
  value: (evidence: Evidence, seed: number) => number,
): Claim => ({
  id: `M-cost.${id}`,
  row: 'M-cost',
  place: 'section 3.2.1',
  statement,
  quantity: `${quantity}; wall time for each example, read off the clock`,
  hypothesis: { kind: 'mean', smallest },
  needs: ['M-cost'],
  measure: (evidence) => perSeed(evidence, (seed) => value(evidence, seed)),
});

export const costClaims: readonly Claim[] = [
  // The paper: 1.5 hours against 5 seconds, a factor of 1,080.
  cost(
    'one-by-one',
    'Margins are a thousand times cheaper than Hutchinson’s traces of one example at a time.',
    'log₁₀ of (time of one-by-one estimates / time of margins) minus 3',
    0,
    (evidence, seed) => slowdown(evidence, 'oneByOne', 'margins', seed) - 3,
  ),
  // A factor of 10 decides whether all of a data set can be measured.
  cost(
    'exact',
    'Exact traces of whole chunks are at least ten times cheaper than estimates of one example at a time.',
    'log₁₀ of (time of one-by-one estimates / time of exact traces)',
    1,
    (evidence, seed) => slowdown(evidence, 'oneByOne', 'exact', seed),
  ),
  // Beyond the paper: what remains of its argument when traces are exact. Twice the time is the least that matters.
  cost(
    'remains',
    'Margins remain at least twice as cheap as exact traces.',
    'log₁₀ of (time of exact traces / time of margins)',
    Math.log10(2),
    (evidence, seed) => slowdown(evidence, 'exact', 'margins', seed),
  ),
  cost(
    'argument',
    'With exact traces the advantage of margins is no longer in the hundreds.',
    '2 minus log₁₀ of (time of exact traces / time of margins)',
    0,
    (evidence, seed) => 2 - slowdown(evidence, 'exact', 'margins', seed),
  ),
];
