import { trialOf, type Evidence } from '../evidence.ts';
import { perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';

const rosenbrock = (evidence: Evidence, seed: number, name: string): number =>
  trialOf(evidence, 'R-rosen', seed).number(`${name}.near`);

/** Claims of the row R-rosen. */
export const rosenbrockClaims: readonly Claim[] = [
  {
    id: 'R-rosen.no-convergence',
    row: 'R-rosen',
    place: 'section 2.1, figure 3, and section 3',
    statement: "Gradient descent does not come to the minimum of Rosenbrock's function from most starts.",
    quantity: 'one half minus the share of end points within 0.1 of (1, 1), gradient, without noise',
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['R-rosen'],
    measure: (evidence) => perSeed(evidence, (seed) => 0.5 - rosenbrock(evidence, seed, 'gradient.0')),
  },
  {
    id: 'R-rosen.own-rule-fails',
    row: 'R-rosen',
    place: 'section 2.1, figure 3',
    statement: "By the paper's own rule most chains do not come to the minimum.",
    quantity: 'one half minus the share of end points within 0.1 of (1, 1), by the rule, without noise',
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['R-rosen'],
    measure: (evidence) => perSeed(evidence, (seed) => 0.5 - rosenbrock(evidence, seed, 'diagonal-difference.0')),
  },
  {
    id: 'R-rosen.rule-explains',
    row: 'R-rosen',
    place: 'section 3 (there explained by many local minima, of which the function has none)',
    statement: 'The rule, not the function, keeps chains from the minimum: from the same starts the gradient arrives.',
    quantity: 'share of end points within 0.1 of (1, 1) by the gradient minus that by the rule, without noise',
    hypothesis: { kind: 'mean', smallest: 0.25 },
    needs: ['R-rosen'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => rosenbrock(evidence, seed, 'gradient.0') - rosenbrock(evidence, seed, 'diagonal-difference.0'),
      ),
  },
  {
    id: 'R-rosen.noise',
    row: 'R-rosen',
    place: 'section 2.1, figure 3',
    statement: 'Noise that falls as 1/(1 + k) changes nothing about that.',
    quantity: 'share of end points within 0.1 of (1, 1) with γ′ = 0.1 minus that without noise, gradient',
    hypothesis: { kind: 'equivalent', margin: 0.1 },
    needs: ['R-rosen'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => rosenbrock(evidence, seed, 'gradient.0.1') - rosenbrock(evidence, seed, 'gradient.0'),
      ),
  },
];
