import type { QuantityOf, SeriesName } from '../contract/index.ts';
import {
  createEmpiricalFisher,
  createGaussNewton,
  createGradientCovariance,
  createHessian,
  type CurvatureOperator,
  type CurvatureOptions,
  type MeasuredNetwork,
} from '../curvature/index.ts';
import { hutchinsonTrace, hutchPlusPlusTrace } from '../linop/index.ts';
import { operatorQuantity } from './operator-quantity.ts';
import { reading, type Quantity, type QuantitySetting } from './quantity.ts';

interface TracedMatrix {
  readonly series: SeriesName;
  readonly create: (network: MeasuredNetwork, options: CurvatureOptions) => Promise<CurvatureOperator>;
}

const matrices: Record<QuantityOf<'hessian-trace'>['matrix'], TracedMatrix> = {
  hessian: { series: 'hessian.trace', create: createHessian },
  'gauss-newton': { series: 'gaussNewton.trace', create: createGaussNewton },
  fisher: { series: 'fisher.trace', create: createEmpiricalFisher },
  'gradient-covariance': { series: 'gradientCovariance.trace', create: createGradientCovariance },
};

const traceBy = { hutchinson: hutchinsonTrace, 'hutch++': hutchPlusPlusTrace } as const;

/**
 * The trace of the Hessian of the mean loss, or of another matrix over the parameters (rows F-table and W-cov), by random
 * directions. The standard error is that over the directions, given the examples: it says nothing about others.
 *
 * Throws `USAGE` for a Fisher matrix or gradient covariance with batch normalisation by batch statistics, and what the
 * matrix throws for parameters that there are not.
 */
export async function createHessianTrace(
  { matrix, method, distribution, relativeError, maxProducts, parameters }: QuantityOf<'hessian-trace'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const { series, create } = matrices[matrix];
  return operatorQuantity(await create(network, parameters ? { parameters } : {}), {
    seed,
    maxProducts,
    stopsEarly: true,
    async measure(here, _, { onProgress }) {
      const found = await traceBy[method](here, { seed, distribution, relativeError, maxProducts, onProgress });
      return {
        readings: [reading(series, found.value, network.examples.count, found.standardError)],
        products: found.products,
        converged: found.converged,
        tensors: {},
      };
    },
  });
}
