import { ThalwegError } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { createHessian } from '../curvature/index.ts';
import { leadingEigenpairs, type Eigenpair, type LinearOperator } from '../linop/index.ts';
import { operatorQuantity } from './operator-quantity.ts';
import { reading, readings, type Quantity, type QuantitySetting } from './quantity.ts';

/**
 * The k eigenvalues of largest absolute value of the Hessian of the mean loss, its largest (the sharpness) and, unless it is
 * not wanted, its most negative one, by Lanczos with full reorthogonalisation; beside them `2(1 + β)/η` (row W-sharp). An eigenvalue whose residual
 * misses the tolerance within the products makes the measurement unconverged.
 *
 * Throws `SPECIFICATION_INVALID` for more eigenvalues than parameters.
 */
export async function createHessianSpectrum(
  { k, mostNegative, tolerance, maxProducts, parameters }: QuantityOf<'hessian-spectrum'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const hessian = await createHessian(network, parameters ? { parameters } : {});
  const { size } = hessian;
  if (k > size) {
    await hessian.release();
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `hessian-spectrum: expected k of at most ${size} (the number of parameters), got ${k}`,
    );
  }
  const examples = network.examples.count;
  return operatorQuantity(hessian, {
    seed,
    maxProducts,
    stopsEarly: true,
    async measure(here, { learningRate, momentum }, { tensors = false, onProgress }) {
      const found = await leadingEigenpairs(here, {
        k,
        seed,
        tolerance,
        maxProducts,
        mostNegative,
        ...(onProgress ? { onProgress } : {}),
      });
      const values = found.pairs.map(({ value }) => value);
      const largest = await largestEigenvalue(here, values, {
        seed,
        tolerance,
        maxProducts: maxProducts - found.products,
      });
      return {
        readings: [
          ...readings('hessian.eigenvalue', values, examples),
          reading('hessian.sharpness', largest.value, examples),
          ...(found.mostNegative ? [reading('hessian.mostNegative', found.mostNegative.value, examples)] : []),
          reading('hessian.stability', (2 * (1 + momentum)) / learningRate, null),
        ],
        products: found.products + largest.products,
        converged: found.converged && largest.converged,
        tensors: tensors ? eigenvectors(found.pairs) : {},
      };
    },
  });
}

/** A search needs two products at least. */
const fewestProducts = 2;

/**
 * The largest eigenvalue: among those of largest absolute value, unless all of them are negative. Without products for another
 * search it is the largest of these, and not converged.
 */
async function largestEigenvalue(
  hessian: LinearOperator,
  values: readonly number[],
  options: { readonly seed: number; readonly tolerance: number; readonly maxProducts: number },
): Promise<{ value: number; products: number; converged: boolean }> {
  const largest = Math.max(...values);
  if (largest > 0 || options.maxProducts < fewestProducts)
    return { value: largest, products: 0, converged: largest > 0 };
  const { pairs, products, converged } = await leadingEigenpairs(hessian, { ...options, k: 1, which: 'largest' });
  return { value: pairs[0]!.value, products, converged };
}

const eigenvectors = (pairs: readonly Eigenpair[]) =>
  Object.fromEntries(
    pairs.map(({ vector }, index) => [
      `hessian.eigenvector.${index + 1}`,
      {
        dtype: vector instanceof Float64Array ? ('float64' as const) : ('float32' as const),
        shape: [vector.length],
        data: vector,
      },
    ]),
  );
