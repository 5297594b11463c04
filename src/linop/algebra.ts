import { checkInteger, inputError } from './check.ts';
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

/** Indices `offset … offset+size−1` of a vector, e.g. of one parameter. */
export interface IndexRange {
  readonly offset: number;
  readonly size: number;
}

/**
 * `P A Pᵀ`, the diagonal block of A that belongs to some of its indices: P takes the elements in `ranges` (disjoint, at
 * least one), in their order; Pᵀ puts them back among zeros. Its size is the sum of theirs; symmetric if A is.
 */
export function restricted(operator: LinearOperator, ranges: readonly IndexRange[]): LinearOperator {
  checkRanges(operator, ranges);
  const size = ranges.reduce((total, range) => total + range.size, 0);
  const take = (v: Vector): Vector => {
    const part = v.slice(0, size);
    eachRange(ranges, ({ offset, size: length }, at) => part.set(v.subarray(offset, offset + length), at));
    return part;
  };
  const putBack = (part: Vector): Vector => {
    const v = operator.dtype === 'float32' ? new Float32Array(operator.size) : new Float64Array(operator.size);
    eachRange(ranges, ({ offset, size: length }, at) => v.set(part.subarray(at, at + length), offset));
    return v;
  };
  return createOperator({
    ...typeOfOperator(operator),
    name: `${operator.name}[${ranges.map(({ offset, size: length }) => `${offset}:${offset + length}`).join(', ')}]`,
    size,
    product: async (part) => take(await operator.apply(putBack(part))),
    products: async (parts) => (await operator.applyMany(parts.map(putBack))).map(take),
  });
}

/** Calls `visit` with each range and its place among the elements that were taken. */
function eachRange(ranges: readonly IndexRange[], visit: (range: IndexRange, at: number) => void): void {
  let at = 0;
  for (const range of ranges) {
    visit(range, at);
    at += range.size;
  }
}

function checkRanges({ size }: LinearOperator, ranges: readonly IndexRange[]): void {
  if (ranges.length === 0) throw inputError('restricted', 'expected at least one range', 'none');
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.offset - b.offset)) {
    checkInteger('restricted', 'offset', range.offset, [0, size - 1]);
    checkInteger('restricted', 'size', range.size, [1, size - range.offset]);
    if (range.offset < end) throw inputError('restricted', 'expected disjoint ranges', `index ${range.offset} twice`);
    end = range.offset + range.size;
  }
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
