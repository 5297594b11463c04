import { expect } from 'vitest';
import { assess, judge, type Verdict } from '../../src/claims/index.ts';
import type { Claim, PaperFigure } from '../../src/studies/paper.ts';
import { syntheticEvidence, type SyntheticTrial } from '../support/evidence.ts';

/** Made-up trials of one experiment, one for each seed; `noise` tells seeds apart. */
export type Content = (noise: number) => Pick<SyntheticTrial, 'numbers' | 'arrays'>;

export const trialsOf = (experiment: string, content: Content): SyntheticTrial[] =>
  [-1, 0.5, 1, -0.5, 0.2].map((noise, index) => ({ experiment, seed: index + 1, ...content(noise) }));

/** The verdict on a claim that is judged alone. */
export const verdictOf = (claim: Claim, trials: readonly SyntheticTrial[]): Verdict =>
  judge([assess(claim.hypothesis, claim.measure(syntheticEvidence(trials)))])[0]!.verdict;

/** Claims and figures refuse trials that recorded nothing, by naming what is missing. */
export function expectRefusal(claims: readonly Claim[], figures: readonly PaperFigure[]): void {
  for (const claim of claims) {
    const bare = syntheticEvidence(claim.needs.flatMap((experiment) => trialsOf(experiment, () => ({}))));
    expect(() => claim.measure(bare), claim.id).toThrow(/expected (a number|an array) .*, got a trial without/);
  }
  for (const figure of figures) {
    const bare = syntheticEvidence(figure.needs.flatMap((experiment) => trialsOf(experiment, () => ({}))));
    expect(() => figure.draw(bare, {}), figure.id).toThrow(/got a trial without/);
  }
}
