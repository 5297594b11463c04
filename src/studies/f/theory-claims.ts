import { orderOf } from '../../theory/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { logRatio, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';

const column = (evidence: Evidence, experiment: string, seed: number, name: string): readonly number[] =>
  trialOf(evidence, experiment, seed).array(name);

/** The value at the smallest step, which stands last. */
const atSmallest = (evidence: Evidence, experiment: string, seed: number, name: string): number =>
  column(evidence, experiment, seed, name).at(-1)!;

const traceClaim = (name: 'quadratic' | 'logistic', title: string, margin: number): Claim => ({
  id: `F-ricc.${name}`,
  row: 'F-ricc',
  place: 'result 3.2, equation 11',
  statement: `The iterates of SGD on ${title} have in the end the covariance (δ/m)Γ with ΓH + HΓ = σ².`,
  quantity: 'log of the trace of the covariance of the chains over that of (δ/m)Γ at the smallest step, δ = 0.1',
  hypothesis: { kind: 'equivalent', margin },
  needs: ['F-ricc'],
  measure: (evidence) => perSeed(evidence, (seed) => atSmallest(evidence, 'F-ricc', seed, `${name}.log-trace`)),
});

const riccatiClaims: readonly Claim[] = [
  // δλ/2 is at most 0.1 at δ = 0.1; sampling of 2,000 chains makes 0.03.
  traceClaim('quadratic', 'a quadratic', 0.15),
  traceClaim('logistic', 'logistic regression', 0.15),
  {
    id: 'F-ricc.finite-step',
    row: 'F-ricc',
    place: 'result 3.2, equation 11 (beyond: the paper has the limit only)',
    statement: 'At a large step the equation falls short, and the exact law of a finite step says by how much.',
    quantity:
      'relative Frobenius distance of the covariance to (δ/m)Γ minus that to the law at finite steps, quadratic, δ = 0.8',
    // A tenth of the covariance's norm: several times what sampling makes.
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['F-ricc'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) =>
          column(evidence, 'F-ricc', seed, 'quadratic.riccati')[0]! -
          column(evidence, 'F-ricc', seed, 'quadratic.exact')[0]!,
      ),
  },
];

/** The order in δ of an error of F-sde. */
const order = (evidence: Evidence, seed: number, name: string): number =>
  orderOf(column(evidence, 'F-sde', seed, 'step'), column(evidence, 'F-sde', seed, name));

const firstOrder = (id: string, name: string, statement: string, quantity: string): Claim => ({
  id,
  row: 'F-sde',
  place: 'result 3.1, equations 7 to 9',
  statement,
  quantity: `slope of log ${quantity} against log δ, minus 1`,
  // Order ½ and order 2 are excluded; higher terms at δ = 2 and sampling at δ = 0.25 move a slope by some tenths.
  hypothesis: { kind: 'equivalent', margin: 0.4 },
  needs: ['F-sde'],
  measure: (evidence) => perSeed(evidence, (seed) => order(evidence, seed, name) - 1),
});

const diffusionClaims: readonly Claim[] = [
  firstOrder(
    'F-sde.flow',
    'sgd-flow',
    'The mean of SGD comes to the gradient flow with order 1 in the step.',
    '‖mean of SGD − X(4)‖',
  ),
  firstOrder(
    'F-sde.diffusion',
    'sgd-diffusion',
    'The mean of SGD comes to that of its diffusion with order 1 in the step.',
    '‖mean of SGD − mean of the diffusion‖',
  ),
  {
    id: 'F-sde.limit',
    row: 'F-sde',
    place: 'result 3.1, equation 10',
    statement:
      'Scaled by √(m/δ), the distance of SGD to the gradient flow is in the limit an Ornstein–Uhlenbeck process.',
    quantity:
      'slope of log Wasserstein distance of √(m/δ)(x − X), in units of the limit’s standard deviation, to the limit’s normal law against log δ; mean over coordinates',
    // The theory's order is ½.
    hypothesis: { kind: 'mean', smallest: 0.25 },
    needs: ['F-sde'],
    measure: (evidence) => perSeed(evidence, (seed) => order(evidence, seed, 'wasserstein')),
  },
  {
    id: 'F-sde.covariance',
    row: 'F-sde',
    place: 'result 3.1, equation 10',
    statement:
      'The covariance of SGD around the gradient flow comes to that of the Ornstein–Uhlenbeck process as δ falls.',
    quantity: 'log of the relative Frobenius distance of (m/δ)Cov(x) to C(4) at δ = 2 over that at δ = 0.25',
    // Three steps to half of the size: half the distance at least.
    hypothesis: { kind: 'mean', smallest: Math.LN2 },
    needs: ['F-sde'],
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        logRatio(
          'F-sde: distance of covariances',
          column(evidence, 'F-sde', seed, 'covariance-limit')[0]!,
          atSmallest(evidence, 'F-sde', seed, 'covariance-limit'),
        ),
      ),
  },
];

/** Claims of the rows F-ricc and F-sde. */
export const theoryClaims: readonly Claim[] = [...riccatiClaims, ...diffusionClaims];
