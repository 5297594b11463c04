import { checkPositive, productError } from './check.ts';
import type { LinearOperator } from './operator.ts';
import { probeVector } from './probe-vector.ts';
import { dot, norm, roundoffOf } from './vectors.ts';

/**
 * Tests on random vectors u, v (Rademacher) what an operator promises; throws `OPERATOR_PRODUCT` where it does not hold.
 * Three products.
 *
 * - deterministic: `Au` has the same bits twice;
 * - symmetric, if it is declared so: `|⟨u, Av⟩ − ⟨Au, v⟩| ≤ tolerance·(‖Au‖ + ‖Av‖)/2`. The difference has the standard
 *   deviation ‖A − Aᵀ‖_F, and each norm is about ‖A‖_F.
 *
 * @param seed of the two vectors
 * @param tolerance default √ε: 3.5e-4 in float32, 1.5e-8 in float64
 */
export async function verifyOperator(
  operator: LinearOperator,
  {
    seed,
    tolerance = Math.sqrt(roundoffOf(operator.dtype)),
  }: { readonly seed: number; readonly tolerance?: number | undefined },
): Promise<void> {
  checkPositive('verifyOperator', 'tolerance', tolerance);
  const { name, size, dtype, symmetric } = operator;
  const draw = (index: number) => probeVector({ distribution: 'rademacher', size, dtype, seed, name: 'verify', index });
  const [u, v] = [draw(0), draw(1)];
  const [Au, again] = [await operator.apply(u), await operator.apply(u)];
  const differing = Au.findIndex((value, index) => value !== again[index]);
  if (differing >= 0)
    throw productError(name, 'expected the same product twice', `another value at element ${differing}`);
  if (!symmetric) return;
  const Av = await operator.apply(v);
  const [uAv, Auv] = [dot(u, Av), dot(Au, v)];
  if (Math.abs(uAv - Auv) > (tolerance * (norm(Au) + norm(Av))) / 2)
    throw productError(name, 'expected a symmetric operator', `⟨u, Av⟩ = ${uAv} and ⟨Au, v⟩ = ${Auv}`);
}
