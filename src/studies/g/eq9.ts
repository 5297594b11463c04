import { passageThrough, atPassage } from '../../figures/index.ts';
import type { EvidenceTrial } from '../evidence.ts';
import { trackOf } from './equal-loss.ts';

/** Both sides of eq. 9 at one σ along a run. */
export interface BoundTrack {
  readonly iterations: readonly number[];
  readonly gcdf: readonly number[];
  /** Share of errors under noise of the top layer. */
  readonly error: readonly number[];
  /** `E_ε[L_c(w + ε)]/log 2` */
  readonly bound: readonly number[];
  /** `(L_c + σ²/2·tr H_top)/log 2` */
  readonly secondOrder: readonly number[];
}

export function boundTrack(trial: EvidenceTrial, sigma: number): BoundTrack {
  const { iterations, values: gcdf } = trackOf(trial, 'gBound.gcdf', sigma);
  return {
    iterations,
    gcdf,
    error: trackOf(trial, 'gBound.smoothedError', sigma).values,
    bound: trackOf(trial, 'gBound.monteCarlo', sigma).values,
    secondOrder: trackOf(trial, 'gBound.secondOrder', sigma).values,
  };
}

/** Two standard deviations that tell loss and curvature apart. */
const [first, second] = [0.5, 2] as const;

/**
 * Loss and curvature along a run, from the second-order form at two σ, which is linear in both: `tr H_top = 2·log 2·(b₂ − b₁)/(σ₂² −
 * σ₁²)`, `L_c = log 2·b₁ − σ₁²/2·tr H_top`.
 */
function lossAndTrace(trial: EvidenceTrial): { losses: number[]; traces: number[] } {
  const [b1, b2] = [first, second].map((sigma) => trackOf(trial, 'gBound.secondOrder', sigma).values);
  const traces = b1!.map((value, index) => (2 * Math.LN2 * (b2![index]! - value)) / (second ** 2 - first ** 2));
  return { losses: b1!.map((value, index) => Math.LN2 * value - (first ** 2 / 2) * traces[index]!), traces };
}

/** `tr H_top` where the training loss (on the examples of eq. 9) last falls through `level`. Throws `NO_DATA` where it never does. */
export function traceAtTrainingLoss(trial: EvidenceTrial, level: number): number {
  const { losses, traces } = lossAndTrace(trial);
  return atPassage(passageThrough(trial.id, losses, level), traces);
}
