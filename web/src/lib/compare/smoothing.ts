/**
 * Exponential smoothing `s_i = (Σ_j a^(i−j) y_j) / (Σ_j a^(i−j))` over the finite values so far: without a bias towards the
 * first one. A value that is not finite stays as it is and changes no other.
 *
 * @param share a in [0, 1): what is kept of the values before, per point
 */
export function smoothed(y: ArrayLike<number>, share: number): Float64Array {
  let [sum, weight] = [0, 0];
  return Float64Array.from(y, (value) => {
    if (!Number.isFinite(value)) return value;
    sum = share * sum + value;
    weight = share * weight + 1;
    return sum / weight;
  });
}
