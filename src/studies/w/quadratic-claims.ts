import { contraction } from '../../theory/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { curvatures } from './quadratic-experiment.ts';

const column = (evidence: Evidence, seed: number, name: string): readonly number[] =>
  trialOf(evidence, 'W-quad', seed).array(name);

/** The mean of a column over the steps that are chosen. */
function meanWhere(evidence: Evidence, seed: number, name: string, chosen: (stepSize: number) => boolean): number {
  const steps = column(evidence, seed, 'step');
  const values = column(evidence, seed, name).filter((_, index) => chosen(steps[index]!));
  return meanOf(`W-quad, seed ${seed}: ${name}`, values);
}

const isUnderDamped = (eta: number): boolean => eta > 1 && eta < 2;

const place = 'appendix, figure 28, and section 5';

/** Claims of the row W-quad. */
export const quadraticClaims: readonly Claim[] = [
  {
    id: 'W-quad.rate',
    row: 'W-quad',
    place,
    statement: 'Along an eigenvector of the Hessian gradient descent comes nearer by the factor |λη − 1| at each step.',
    quantity: 'measured factor minus |λη − 1|, mean over both eigenvectors and all η',
    hypothesis: { kind: 'equivalent', margin: 0.01 },
    needs: ['W-quad'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const steps = column(evidence, seed, 'step');
        const errors = (['steep', 'flat'] as const).flatMap((name) =>
          column(evidence, seed, name).map((value, index) => value - contraction(curvatures[name], steps[index]!)),
        );
        return meanOf(`W-quad, seed ${seed}: factors`, errors);
      }),
  },
  {
    id: 'W-quad.under-damped',
    row: 'W-quad',
    place,
    statement:
      'With 1/λ < η < 2/λ the iterates change sides along that eigenvector at each step, and not along the flat one.',
    quantity:
      'share of steps that change sides along the steep eigenvector minus that along the flat one, mean over η of 1.2, 1.5, 1.8 and 1.95 (λ = 1 and 0.1)',
    hypothesis: { kind: 'mean', smallest: 0.5 },
    needs: ['W-quad'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) =>
          meanWhere(evidence, seed, 'turns', isUnderDamped) - meanWhere(evidence, seed, 'turns-flat', isUnderDamped),
      ),
  },
  {
    id: 'W-quad.opposite-gradients',
    row: 'W-quad',
    place: 'section 3.1 and section 5',
    statement: 'Shortly below 2/λ of the steepest direction consecutive gradients are nearly opposite.',
    quantity: 'minus the cosine of consecutive gradients, mean over steps, at η = 1.95 (λ = 1)',
    hypothesis: { kind: 'mean', smallest: 0.5 },
    needs: ['W-quad'],
    measure: (evidence) => perSeed(evidence, (seed) => -meanWhere(evidence, seed, 'cosine', (eta) => eta === 1.95)),
  },
  {
    id: 'W-quad.over-damped',
    row: 'W-quad',
    place,
    statement: 'With η < 1/λ for every direction consecutive gradients point the same way.',
    quantity: 'cosine of consecutive gradients, mean over steps and over η of 0.2, 0.5 and 0.8 (λ = 1)',
    hypothesis: { kind: 'mean', smallest: 0.5 },
    needs: ['W-quad'],
    measure: (evidence) => perSeed(evidence, (seed) => meanWhere(evidence, seed, 'cosine', (eta) => eta < 1)),
  },
  {
    id: 'W-quad.diverges',
    row: 'W-quad',
    place,
    statement: 'With η above 2/λ of the steepest direction the loss grows.',
    quantity: 'log of the loss at the end over that at the start, for each step, at η = 2.1 (λ = 1)',
    hypothesis: { kind: 'mean', smallest: 0.05 },
    needs: ['W-quad'],
    measure: (evidence) => perSeed(evidence, (seed) => meanWhere(evidence, seed, 'growth', (eta) => eta > 2)),
  },
  {
    id: 'W-quad.valley',
    row: 'W-quad',
    place: 'section 5',
    statement: 'While the iterates bounce between the walls of the valley, its floor falls smoothly.',
    quantity:
      'share of steps at η = 1.8 after which the floor, the least loss between two iterates, is lower, minus one half',
    hypothesis: { kind: 'mean', smallest: 0.25 },
    needs: ['W-quad'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const floor = column(evidence, seed, 'path.floor');
        const falls = floor.filter((value, t) => t > 0 && value < floor[t - 1]!).length;
        return falls / (floor.length - 1) - 0.5;
      }),
  },
];
