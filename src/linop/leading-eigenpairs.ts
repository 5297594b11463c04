import { checkInteger, checkPositive, inputError } from './check.ts';
import { EigenpairSearch, type SearchPlan, type Which } from './eigenpair-search.ts';
import type { Eigenpair } from './eigenpair.ts';
import type { OnProgress } from './estimate.ts';
import type { LinearOperator } from './operator.ts';

/** Options of {@link leadingEigenpairs}. */
export interface LeadingEigenpairsOptions {
  /** Number of pairs, in [1, n]. */
  readonly k: number;
  /** Seed of the random starts. */
  readonly seed: number;
  /** Default `magnitude`. */
  readonly which?: Which | undefined;
  /** Also the pair of smallest λ, from the same products, to `tolerance·‖A‖` where it does not lead; default false. */
  readonly mostNegative?: boolean | undefined;
  /** Residual `‖Av − λv‖/|λ|` to reach; above 0, default 1e-3. The error of λ itself is about (λ·tolerance)²/gap. */
  readonly tolerance?: number | undefined;
  /** Budget; at least 2 for each pair, default 10·basisLimit. */
  readonly maxProducts?: number | undefined;
  /**
   * Most vectors in the basis, which is the memory: 4 or 8 bytes · n · basisLimit. At least two more than pairs (or n);
   * default: twice the pairs and 20, at least 40. Fewer need more products.
   */
  readonly basisLimit?: number | undefined;
  /**
   * Whether to look for further copies of multiple eigenvalues, which one start cannot see, by starts orthogonal to what
   * was found. Costs about as many products again; default false. After a breakdown, which proves that there are copies,
   * it is always done.
   */
  readonly multiplicities?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** What {@link leadingEigenpairs} found. */
export interface LeadingEigenpairs {
  /** k pairs, leading first. Their vectors are orthonormal up to rounding. */
  readonly pairs: readonly Eigenpair[];
  /** The pair of smallest λ (perhaps one of `pairs`), or null where it was not asked for. */
  readonly mostNegative: Eigenpair | null;
  /** Whether every pair converged within the budget. */
  readonly converged: boolean;
  /**
   * Whether copies of multiple eigenvalues are complete: another start found none that belongs to the pairs, or none was
   * needed (k = 1, or the whole space was spanned). False: copies may be missing.
   */
  readonly exhaustive: boolean;
  readonly products: number;
  readonly seed: number;
}

/**
 * Leading eigenpairs of a symmetric operator: Lanczos with full reorthogonalisation and thick restarts (Wu and Simon 2000).
 * A breakdown goes on with a fresh random vector, so ranks below k and multiple eigenvalues are no exception.
 *
 * Stops when every wanted pair has `‖Av − λv‖ ≤ tolerance·|λ|` (or 10ε‖A‖, the rounding error of a product), or at the
 * budget; the most negative pair, where it is not among the leading ones, `‖Av − λv‖ ≤ tolerance·‖A‖`. One more product for each pair then measures value and residual: pairs that did not converge are returned as such.
 */
export async function leadingEigenpairs(
  operator: LinearOperator,
  options: LeadingEigenpairsOptions,
): Promise<LeadingEigenpairs> {
  const search = new EigenpairSearch(operator, planOf(operator.size, options));
  const exhaustive = await search.run();
  const { measured, products } = await search.measure();
  const [pairs, mostNegative] = [measured.slice(0, options.k), options.mostNegative ? lowest(measured) : null];
  return {
    pairs,
    mostNegative,
    converged: measured.every(({ converged }) => converged),
    exhaustive,
    products,
    seed: options.seed,
  };
}

const lowest = (pairs: readonly Eigenpair[]): Eigenpair =>
  pairs.reduce((least, pair) => (pair.value < least.value ? pair : least));

/** The options with their defaults, checked. */
function planOf(n: number, options: LeadingEigenpairsOptions): SearchPlan {
  const { k, seed, which = 'magnitude', mostNegative = false, tolerance = 1e-3, multiplicities = false } = options;
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw inputError('lanczos', 'k must be an integer in [1, n]', `k=${k} for n=${n}`);
  const wanted = Math.min(n, k + (mostNegative ? 1 : 0));
  const { basisLimit: limit = Math.max(40, 2 * wanted + 20) } = options;
  checkInteger('lanczos', 'basisLimit', limit, [Math.min(n, wanted + 2), Infinity]);
  const basisLimit = Math.min(n, limit);
  const { maxProducts = 10 * basisLimit, onProgress } = options;
  checkInteger('lanczos', 'maxProducts', maxProducts, [2 * wanted, Infinity]);
  checkPositive('lanczos', 'tolerance', tolerance);
  return { k, seed, which, mostNegative, tolerance, multiplicities, wanted, basisLimit, maxProducts, onProgress };
}
