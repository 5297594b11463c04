import { pearsonCorrelation } from '../../statistics/index.ts';
import type { Measured } from '../../claims/index.ts';
import { trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { arrayName, moments, type ExampleColumn, type MomentName } from './example-traces.ts';
import { kept, relativeDeviation } from './readings.ts';
import { networks, type NetworkName } from './settings.ts';

/** Largest relative deviation of two ways to the same number in float32: sums of up to 10⁵ products. */
const exactness = 1e-3;

/** Share of cases that stands for "always", with room for rounding. */
const always = 0.99;

const affine = (evidence: Evidence, seed: number): EvidenceTrial => trialOf(evidence, 'M-affine-traces', seed);
const examples = (evidence: Evidence, seed: number, network: NetworkName): EvidenceTrial =>
  trialOf(evidence, 'M-examples', seed, { network });
const at = (trial: EvidenceTrial, moment: MomentName, name: ExampleColumn): readonly number[] =>
  trial.array(arrayName(moment, name));

/** Of all pairs of numbers, how many are in order up to rounding. */
function countOrdered(pairs: readonly (readonly [lower: number, upper: number])[]): Measured {
  const hits = pairs.filter(([lower, upper]) => lower <= upper * (1 + exactness)).length;
  return { kind: 'counts', hits, of: pairs.length };
}

const zip = (a: readonly number[], b: readonly number[]): [number, number][] => a.map((value, k) => [value, b[k]!]);

const acehtClaims: readonly Claim[] = [
  {
    id: 'M-aceht.affine',
    row: 'M-aceht',
    place: 'proposition 3.1',
    statement: 'For an affine classifier the affine trace is the Hessian trace of an example.',
    quantity:
      '‖affine traces − exact traces‖/‖exact traces‖ over examples, the larger of arbitrary and trained parameters',
    hypothesis: { kind: 'equivalent', margin: exactness },
    needs: ['M-affine-traces'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const trial = affine(evidence, seed);
        const deviation = (when: string): number =>
          relativeDeviation(trial.array(`${when}.affine`), trial.array(`${when}.exact`));
        return Math.max(deviation('arbitrary'), deviation('trained'));
      }),
  },
  {
    id: 'M-aceht.top',
    row: 'M-aceht',
    place: 'section 3.2, beyond the paper',
    statement: 'In a deep network the affine trace of the top layer’s features is the trace of the top layer’s block.',
    quantity:
      '‖affine traces of the features − exact traces of the top layer‖/‖the latter‖ over examples, the largest over networks, beginning, middle and end',
    hypothesis: { kind: 'equivalent', margin: exactness },
    needs: ['M-examples'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const deviations = networks.flatMap((network) => {
          const trial = examples(evidence, seed, network);
          return moments.map((moment) =>
            relativeDeviation(at(trial, moment, 'affineFeatures'), at(trial, moment, 'top')),
          );
        });
        return Math.max(...deviations);
      }),
  },
  {
    id: 'M-aceht.estimate',
    row: 'M-aceht',
    place: 'section 3.2, figure 2',
    statement:
      'Estimated one example at a time, Hessian traces of an affine classifier still follow the affine trace closely.',
    quantity:
      'Pearson’s r over examples between affine trace and Hutchinson’s estimate at arbitrary parameters, minus 0.9',
    // The paper finds 0.97 and takes it as a confirmation; 0.9 leaves a fifth of the variance to the estimate.
    hypothesis: { kind: 'mean', smallest: 0 },
    needs: ['M-affine-traces'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const trial = affine(evidence, seed);
        return pearsonCorrelation(trial.array('arbitrary.affine'), trial.array('arbitrary.estimate')).r - 0.9;
      }),
  },
];

/** Mean over correctly classified examples of what the bound exceeds the affine trace by, in units of ‖x‖² + 1. */
function gap(trial: EvidenceTrial, moment: MomentName): number {
  const correct = at(trial, moment, 'correct');
  const [bound, trace] = [at(trial, moment, 'boundInput'), at(trial, moment, 'affineInput')];
  return meanOf(
    `${trial.id}: gap`,
    kept(
      bound.map((value, k) => value - trace[k]!),
      correct,
    ),
  );
}

const boundClaims: readonly Claim[] = [
  {
    id: 'M-bound.upper',
    row: 'M-bound',
    place: 'section 3.1',
    statement: 'The margin bound is never below the affine trace of a correctly classified example.',
    quantity: 'share of correctly classified examples, over networks, beginning, middle and end of training, and seeds',
    hypothesis: { kind: 'share', direction: 'above', bound: always },
    needs: ['M-examples'],
    measure: (evidence) =>
      countOrdered(
        evidence.trials('M-examples').flatMap((trial) =>
          moments.flatMap((moment) => {
            const pairs = zip(at(trial, moment, 'affineInput'), at(trial, moment, 'boundInput'));
            return pairs.filter((_, index) => at(trial, moment, 'correct')[index] === 1);
          }),
        ),
      ),
  },
  {
    id: 'M-bound.affine',
    row: 'M-bound',
    place: 'section 3.1',
    statement:
      'For an affine classifier the margin bound is an upper bound of the Hessian trace of a correctly classified example.',
    quantity: 'share of correctly classified examples, at arbitrary and at trained parameters, over seeds',
    hypothesis: { kind: 'share', direction: 'above', bound: always },
    needs: ['M-affine-traces'],
    measure: (evidence) =>
      countOrdered(
        evidence.trials('M-affine-traces').flatMap((trial) =>
          ['arbitrary', 'trained'].flatMap((when) => {
            const pairs = zip(trial.array(`${when}.exact`), trial.array(`${when}.bound`));
            return pairs.filter((_, index) => trial.array(`${when}.correct`)[index] === 1);
          }),
        ),
      ),
  },
  {
    id: 'M-bound.tightens',
    row: 'M-bound',
    place: 'section 3.1',
    statement: 'The error of the margin bound shrinks as predictions become correct and confident.',
    quantity:
      'log₁₀ of the mean of bound minus affine trace over correctly classified examples in the middle of training over that at its end, mean over the three networks',
    // A tenth less; at the beginning hardly anything is correct.
    hypothesis: { kind: 'mean', smallest: Math.log10(1.1) },
    needs: ['M-examples'],
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        meanOf(
          'log ratio of gaps',
          networks.map((network) => {
            const trial = examples(evidence, seed, network);
            return Math.log10(gap(trial, 'middle') / gap(trial, 'end'));
          }),
        ),
      ),
  },
];

/** Standard errors within which an estimate agrees with the exact value. */
const reach = 3;

function deviations(trial: EvidenceTrial): {
  trace: readonly number[];
  error: number[];
  standardError: readonly number[];
} {
  const [trace, estimate] = [trial.array('arbitrary.exact'), trial.array('arbitrary.estimate')];
  const error = estimate.map((value, index) => Math.abs(value - trace[index]!));
  return { trace, error, standardError: trial.array('arbitrary.standardError') };
}

const traceClaims: readonly Claim[] = [
  {
    id: 'M-ht.agree',
    row: 'M-ht',
    place: 'section 3.2, figure 2',
    statement: 'Hutchinson’s estimates scatter around the exact traces as their standard errors say.',
    quantity: `share of examples of which the estimate lies within ${reach} standard errors of the exact trace, over seeds`,
    // Student's t with 9 degrees of freedom or more leaves 1.5 % outside; skewed samples leave more.
    hypothesis: { kind: 'share', direction: 'above', bound: 0.9 },
    needs: ['M-affine-traces'],
    measure(evidence) {
      const pairs = evidence.trials('M-affine-traces').flatMap((trial) => {
        const { error, standardError } = deviations(trial);
        return zip(
          error,
          standardError.map((value) => reach * value),
        );
      });
      return countOrdered(pairs);
    },
  },
  {
    id: 'M-ht.inaccuracy',
    row: 'M-ht',
    place: 'section 3.2, figure 2',
    statement: 'The estimates of larger Hessian traces are less accurate.',
    quantity:
      'Pearson’s r over examples between the exact trace and the absolute error of its estimate, affine classifier',
    // An r of 0.1 explains a hundredth of the variance.
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['M-affine-traces'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const { trace, error } = deviations(affine(evidence, seed));
        return pearsonCorrelation(trace, error).r;
      }),
  },
];

export const tracesClaims: readonly Claim[] = [...acehtClaims, ...boundClaims, ...traceClaims];
