import { inputError } from './check.ts';
import { createOperator, type LinearOperator } from './operator.ts';
import { axpy, scale, type Vector } from './vectors.ts';

/** Throws `OPERATOR_INPUT` unless there are operators, all of the same size and type. */
function checkAlike(subject: string, operators: readonly LinearOperator[]): LinearOperator {
  const [first, ...others] = operators;
  if (!first) throw inputError(subject, 'expected at least one operator', 'none');
  for (const { name, size, dtype } of others)
    if (size !== first.size || dtype !== first.dtype)
      throw inputError(subject, `expected operators on ${first.dtype}[${first.size}]`, `${name} on ${dtype}[${size}]`);
  return first;
}

/** `A₁ + A₂ + …` of operators of the same size and type. Symmetric if each one is. */
export function sum(...operators: readonly LinearOperator[]): LinearOperator {
  const { size, dtype } = checkAlike('sum', operators);
  return createOperator({
    name: operators.map(({ name }) => name).join(' + '),
    size,
    dtype,
    symmetric: operators.every(({ symmetric }) => symmetric),
    product: async (v) => (await addUp(operators, [v]))[0]!,
    products: async (vs) => addUp(operators, vs),
  });
}

/** `Σᵢ Aᵢ v` for each v; one operator after the other. */
async function addUp(operators: readonly LinearOperator[], vs: readonly Vector[]): Promise<Vector[]> {
  const [first, ...others] = operators;
  const totals = await first!.applyMany(vs);
  for (const operator of others)
    for (const [index, term] of (await operator.applyMany(vs)).entries()) axpy(1, term, totals[index]!);
  return totals;
}

/** `a·A` for a finite number a. */
export function scaled(a: number, operator: LinearOperator): LinearOperator {
  checkFinite('scaled', a);
  return createOperator({
    ...typeOfOperator(operator),
    name: `${a}·${bracketed(operator)}`,
    product: async (v) => inPlace(await operator.apply(v), (Av) => scale(a, Av)),
    products: async (vs) => (await operator.applyMany(vs)).map((Av) => inPlace(Av, () => scale(a, Av))),
  });
}

/** `A + σ·I` for a finite number σ. */
export function shifted(operator: LinearOperator, sigma: number): LinearOperator {
  checkFinite('shifted', sigma);
  return createOperator({
    ...typeOfOperator(operator),
    name: `${operator.name} + ${sigma}·I`,
    product: async (v) => inPlace(await operator.apply(v), (Av) => axpy(sigma, v, Av)),
    products: async (vs) =>
      (await operator.applyMany(vs)).map((Av, index) => inPlace(Av, () => axpy(sigma, vs[index]!, Av))),
  });
}

/**
 * `A·B`: first B, then A. A product of symmetric operators is symmetric only where they commute, which nobody here can
 * know: say so with `symmetric` (as for `A·A`).
 */
export function composed(
  a: LinearOperator,
  b: LinearOperator,
  { symmetric = false }: { readonly symmetric?: boolean } = {},
): LinearOperator {
  const { size, dtype } = checkAlike('composed', [a, b]);
  return createOperator({
    name: `${bracketed(a)}·${bracketed(b)}`,
    size,
    dtype,
    symmetric,
    product: async (v) => a.apply(await b.apply(v)),
    products: async (vs) => a.applyMany(await b.applyMany(vs)),
  });
}

function checkFinite(subject: string, factor: number): void {
  if (!Number.isFinite(factor)) throw inputError(subject, 'expected a finite number', factor);
}

const typeOfOperator = ({ size, dtype, symmetric }: LinearOperator) => ({ size, dtype, symmetric });

const bracketed = ({ name }: LinearOperator): string => (name.includes(' + ') ? `(${name})` : name);

/** The vector itself, after it was changed. */
function inPlace(v: Vector, change: (v: Vector) => void): Vector {
  change(v);
  return v;
}
