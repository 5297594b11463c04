import { invariant } from '../base/index.ts';

/**
 * Mean and standard error of independent samples of the same length, one after the other (Welford):
 * `m ← m + (x − m)/N`, `S ← S + (x − m_before)(x − m_after)`. Stable where the spread is small beside the mean.
 */
export class RunningMoments {
  #count = 0;
  readonly #mean: Float64Array<ArrayBuffer>;
  /** Σ (x − mean)² of each element. */
  readonly #squares: Float64Array<ArrayBuffer>;

  constructor(length: number) {
    this.#mean = new Float64Array(length);
    this.#squares = new Float64Array(length);
  }

  /** N: number of samples so far. */
  get count(): number {
    return this.#count;
  }

  add(sample: ArrayLike<number>): void {
    invariant(sample.length === this.#mean.length, `sample of ${sample.length} for ${this.#mean.length} moments`);
    this.#count++;
    for (let index = 0; index < sample.length; index++) {
      const before = sample[index]! - this.#mean[index]!;
      this.#mean[index]! += before / this.#count;
      this.#squares[index]! += before * (sample[index]! - this.#mean[index]!);
    }
  }

  /** Mean of the samples, element by element. */
  mean(): Float64Array<ArrayBuffer> {
    return this.#mean.slice();
  }

  /** Standard error of the mean, `√(S/(N(N−1)))`, element by element; N ≥ 2. */
  standardError(): Float64Array<ArrayBuffer> {
    invariant(this.#count > 1, `standard error of ${this.#count} samples`);
    return this.#squares.map((squares) => Math.sqrt(squares / (this.#count * (this.#count - 1))));
  }
}
