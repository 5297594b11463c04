/** What single examples say at one end of a step d. */
export interface StepEnd {
  /** ℓ_i, at least two. */
  readonly losses: Float64Array;
  /** `⟨∇ℓ_i, d⟩` */
  readonly slopes: Float64Array;
}

/** Stands in for a variance of 0, of losses and of slopes by length, as in Cockpit. */
const leastVariance = 1e-10;

/**
 * Cockpit's α of a step d: with the parabola `w₀ + a·s + b·s²` over s ∈ [0, 1] that fits the mean loss and its slope at both ends by
 * least squares, each weighted by 1/variance over examples (1/(B−1)), `α = −2b/a − 1`: −1 no step, 0 the parabola's minimum, 1
 * its other side at the height of the start. A concave parabola falls on past the end: −1, as is no step at all.
 *
 * w₀ enters only the two losses, so it drops out: what is fitted is `a + b` to the difference of the losses, whose variance is the
 * sum of theirs, `a` to the first slope, `a + 2b` to the second.
 *
 * @param length ‖d‖
 */
export function effectiveStep(length: number, start: StepEnd, end: StepEnd): number {
  if (length === 0) return -1;
  const [before, after] = [moments(start.losses, 1), moments(end.losses, 1)];
  const [first, last] = [moments(start.slopes, length ** 2), moments(end.slopes, length ** 2)];
  // Rows (p, q, y, weight) of the observations y ≈ p·a + q·b.
  const rows = [
    [1, 1, after.mean - before.mean, 1 / (before.variance + after.variance)],
    [1, 0, first.mean, 1 / first.variance],
    [1, 2, last.mean, 1 / last.variance],
  ] as const;
  const weighted = (term: (p: number, q: number, y: number) => number): number =>
    rows.reduce((sum, [p, q, y, weight]) => sum + weight * term(p, q, y), 0);
  const [pp, pq, qq] = [weighted((p) => p * p), weighted((p, q) => p * q), weighted((_, q) => q * q)];
  const [py, qy] = [weighted((p, _, y) => p * y), weighted((_, q, y) => q * y)];
  // Both have the factor 1/(pp·qq − pq²) > 0, which cancels in their ratio.
  const [a, b] = [qq * py - pq * qy, pp * qy - pq * py];
  return b < 0 ? -1 : (-2 * b) / a - 1;
}

/** Mean and variance by 1/(B−1), the latter at least {@link leastVariance} times `scale` where it is 0. */
function moments(values: Float64Array, scale: number): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance: variance === 0 ? leastVariance * scale : variance };
}
