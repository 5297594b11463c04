import type { MetricRecord } from '../../../../src/contract/index.ts';
import { curveOf, curveThrough, type Curve, type Joining } from '../../../../src/figures/index.ts';

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

  /** Forgets what is of `iteration` or later. */
  rewind(iteration: number): void {
    const kept = this.#iteration.findIndex((at) => at >= iteration);
    if (kept < 0) return;
    for (const column of [this.#iteration, this.#coordinate, this.#value]) column.length = kept;
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

  /** The curve over iterations of the values at one coordinate. */
  level(coordinate: number): Curve {
    const rows = this.#coordinate.flatMap((at, row) => (at === coordinate ? [row] : []));
    return this.#through(rows, this.#iteration);
  }

  /** The newest values over their coordinates. */
  newest(): Curve {
    const last = this.#iteration.at(-1);
    const first = this.#iteration.findLastIndex((iteration) => iteration !== last) + 1;
    const rows = Array.from({ length: this.#iteration.length - first }, (_, index) => first + index);
    return this.#through(rows, this.#coordinate);
  }

  #through(rows: readonly number[], axis: readonly number[]): Curve {
    return curveThrough(
      rows.map((row) => axis[row]!),
      rows.map((row) => this.#value[row]!),
    );
  }

  /** Mean of the values from iteration `from` on; null: there are none. */
  mean(from: number): number | null {
    const first = this.#iteration.findLastIndex((iteration) => iteration < from) + 1;
    const values = this.#value.slice(first);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}
