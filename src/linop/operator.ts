import { checkInteger, inputError, productError } from './check.ts';
import { typeOf, type FloatType, type Vector } from './vectors.ts';

/**
 * A square matrix A ∈ ℝⁿˣⁿ that is known only through its products: `v ↦ Av`. Made by {@link createOperator}, which
 * checks everything that goes in and comes out. A product never changes its argument and always returns a new vector.
 */
export interface LinearOperator {
  /** What it is called in messages, e.g. `hessian`. */
  readonly name: string;
  /** n: the operator is n×n. */
  readonly size: number;
  /** Type of the vectors it takes and returns. */
  readonly dtype: FloatType;
  /** Whether `⟨u, Av⟩ = ⟨Au, v⟩` for all u, v; algorithms that need it refuse others. */
  readonly symmetric: boolean;
  /** `Av`, of n elements. */
  apply(v: Vector): Promise<Vector>;
  /** `Av₁, …, Avₖ`: what {@link apply} returns for each, perhaps faster. */
  applyMany(vs: readonly Vector[]): Promise<Vector[]>;
}

/** What an operator is made of. */
export interface OperatorOptions {
  /** What it is called in messages. */
  readonly name: string;
  /** n ≥ 1. */
  readonly size: number;
  /** Type of its vectors. */
  readonly dtype: FloatType;
  /** Whether A = Aᵀ: a promise, which {@link verifyOperator} can test. */
  readonly symmetric: boolean;
  /** `Av` in a new vector. The argument has passed all checks; the result will be checked. */
  product(v: Vector): Promise<Vector>;
  /** Many products at once; default: {@link product} of one after the other. */
  products?(vs: readonly Vector[]): Promise<Vector[]>;
}

/**
 * The operator of a product. All checks are here, once: size, type and finiteness of every vector that goes in
 * (`OPERATOR_INPUT`) and comes out (`OPERATOR_PRODUCT`).
 */
export function createOperator(options: OperatorOptions): LinearOperator {
  const { name, size, dtype, symmetric } = options;
  checkInteger(name, 'size', size, [1, Infinity]);

  const checkArgument = (v: Vector): void => {
    const problem = problemOf(v, options);
    if (problem) throw inputError(name, ...problem);
  };
  const checkedResult = (v: Vector): Vector => {
    const problem = problemOf(v, options);
    if (problem) throw productError(name, ...problem);
    return v;
  };
  const oneAfterAnother = async (vs: readonly Vector[]): Promise<Vector[]> => {
    const results: Vector[] = [];
    for (const v of vs) results.push(await options.product(v));
    return results;
  };

  return {
    name,
    size,
    dtype,
    symmetric,
    async apply(v) {
      checkArgument(v);
      return checkedResult(await options.product(v));
    },
    async applyMany(vs) {
      vs.forEach(checkArgument);
      const results = await (options.products?.(vs) ?? oneAfterAnother(vs));
      if (results.length !== vs.length) throw productError(name, `expected ${vs.length} products`, results.length);
      return results.map(checkedResult);
    },
  };
}

/** Why a vector does not belong to an operator: expectation and what came; undefined if it does. */
function problemOf(v: Vector, { size, dtype }: OperatorOptions): [expectation: string, got: string] | undefined {
  if (typeOf(v) !== dtype || v.length !== size)
    return [`expected a vector ${dtype}[${size}]`, `${typeOf(v)}[${v.length}]`];
  for (let index = 0; index < size; index++)
    if (!Number.isFinite(v[index])) return ['expected finite elements', `${v[index]} at element ${index}`];
  return undefined;
}
