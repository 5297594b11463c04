import { assert } from 'vitest';

/** A difference passes when its norm is at most `relative·‖expected‖ + absolute`. */
export interface Tolerance {
  /** Share of the norm of the expected values; default 0. */
  readonly relative?: number;
  /** Default 0. */
  readonly absolute?: number;
}

type Values = ArrayLike<number>;

/** Euclidean norm. */
export const norm = (values: Values): number => Math.sqrt(inner(values, values));

/** `Σ aᵢbᵢ` */
export function inner(a: Values, b: Values): number {
  let total = 0;
  for (let index = 0; index < a.length; index++) total += a[index]! * b[index]!;
  return total;
}

/** Equal values differ by 0, also infinite ones and NaN: a NaN that is not expected differs by NaN, which never passes. */
const difference = (a: number, b: number): number => (Object.is(a, b) ? 0 : a - b);

/**
 * Fails unless `‖actual − expected‖ ≤ relative·‖expected‖ + absolute` (Euclidean norms). The message names the element
 * that is furthest off, both values, their ratio, the error and the tolerance.
 */
export function expectClose(actual: Values, expected: Values, tolerance: Tolerance, what = 'values'): void {
  assert.strictEqual(actual.length, expected.length, `${what}: number of elements`);
  const differences = Float64Array.from(actual, (value, index) => difference(value, expected[index]!));
  const error = norm(differences);
  const allowed = (tolerance.relative ?? 0) * norm(expected) + (tolerance.absolute ?? 0);
  if (error === 0 || error <= allowed) return;
  const worst = differences.reduce(
    (at, d, index) => (Number.isNaN(d) || Math.abs(d) > Math.abs(differences[at]!) ? index : at),
    0,
  );
  const [got, wanted] = [actual[worst]!, expected[worst]!];
  assert.fail(
    `${what}: error ${error.toPrecision(3)} exceeds ${allowed.toPrecision(3)}` +
      ` (relative ${tolerance.relative ?? 0}, absolute ${tolerance.absolute ?? 0}, norm ${norm(expected).toPrecision(4)});` +
      ` element ${worst} of ${actual.length}: got ${got}, expected ${wanted}, ratio ${(got / wanted).toPrecision(6)}`,
  );
}
