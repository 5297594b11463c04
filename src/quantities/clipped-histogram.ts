/** How many numbers lie in each bin of equal width between −range and range; those outside count in the outermost bins. */
export class ClippedHistogram {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly #range: number;
  #count = 0;
  #outside = 0;

  constructor(bins: number, range: number) {
    this.counts = new Float64Array(bins);
    this.#range = range;
  }

  /** The bin that a number counts in, from 0; −1 for NaN, which is in none. */
  binOf(value: number): number {
    const [bins, range] = [this.counts.length, this.#range];
    if (Math.abs(value) <= range) return Math.min(bins - 1, Math.floor(((value + range) / (2 * range)) * bins));
    if (Number.isNaN(value)) return -1;
    return value < 0 ? 0 : bins - 1;
  }

  add(values: Float32Array | Float64Array): void {
    for (const value of values) {
      const bin = this.binOf(value);
      if (bin >= 0) this.counts[bin]!++;
      if (!(Math.abs(value) <= this.#range)) this.#outside++;
    }
    this.#count += values.length;
  }

  /** Middles of the bins. */
  get centres(): number[] {
    return Array.from(this.counts, (_, bin) => this.#range * ((2 * bin + 1) / this.counts.length - 1));
  }

  /** Share of the numbers outside the range, or NaN. */
  get outliers(): number {
    return this.#outside / this.#count;
  }
}
