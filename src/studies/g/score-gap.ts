import type { LossName } from './setting.ts';

/** MNIST. */
export const classes = 10;

/**
 * The summed score gap `mean Σ_{j≠y} (s_y − s_j)` as each loss shows it at a large parameter p, from the first term of its
 * expansion in 1/p: Gcdf `(C − 1)/2 − gap/(2σ√π)`, cross-entropy `ln C − gap/(CT)`, hinge `(C − 1)γ − gap` (exact once γ exceeds
 * every gap).
 */
export const gapOf: Readonly<Record<LossName, (value: number, parameter: number) => number>> = {
  gcdf: (value, sigma) => 2 * sigma * Math.sqrt(Math.PI) * ((classes - 1) / 2 - value),
  crossEntropy: (value, temperature) => classes * temperature * (Math.log(classes) - value),
  hinge: (value, margin) => (classes - 1) * margin - value,
};
