import type { MetricRecord } from '../../../../src/contract/index.ts';
import { curveOf, type Curve, type Joining } from '../../../../src/figures/index.ts';

/** The records of one series as they arrive. */
export class Columns {
  readonly #iteration: number[] = [];
  readonly #coordinate: number[] = [];
  readonly #value: number[] = [];

  add({ iteration, coordinate, value }: MetricRecord): void {
    this.#iteration.push(iteration);
    this.#coordinate.push(coordinate ?? NaN);
    this.#value.push(value);
  }

  get last(): number | null {
    return this.#value.at(-1) ?? null;
  }

  /** The curve from iteration `from` on. */
  curve(joining: Joining, from = 0): Curve {
    const first = this.#iteration.findLastIndex((iteration) => iteration < from) + 1;
    const part = (values: readonly number[]): Float64Array => Float64Array.from(values.slice(first));
    const iteration = part(this.#iteration);
    const columns = { iteration, coordinate: part(this.#coordinate), value: part(this.#value) };
    return curveOf({ ...columns, length: iteration.length }, joining);
  }

  /** Mean of the values from iteration `from` on; null: there are none. */
  mean(from: number): number | null {
    const first = this.#iteration.findLastIndex((iteration) => iteration < from) + 1;
    const values = this.#value.slice(first);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}
