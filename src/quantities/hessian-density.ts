import { hostTensor, type HostTensor } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { createHessian } from '../curvature/index.ts';
import { densityCells, spectralDensity, type SpectralDensity } from '../linop/index.ts';
import { operatorQuantity } from './operator-quantity.ts';
import { reading, type Quantity, type QuantitySetting, type Reading } from './quantity.ts';

/** Most points that are recorded. */
const mostPoints = 201;

/** Points of the grid where no width is given: five in each recorded cell. */
const defaultGrid = 5 * mostPoints;

/**
 * Spectral density of the Hessian by stochastic Lanczos quadrature, smoothed by a Gaussian kernel of width σ. What is recorded are
 * means over at most 201 cells of equal width, {@link densityCells}, so that `Σ value·Δλ = 1`; the standard error is that over
 * probes. The fine grid and the quadratures come as tensors.
 *
 * Throws `USAGE` for parameters that there are not, and, when it measures, `OPERATOR_INPUT` for a width that a million points
 * do not resolve.
 */
export async function createHessianDensity(
  { probes, steps, width, parameters }: QuantityOf<'hessian-density'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const hessian = await createHessian(network, parameters ? { parameters } : {});
  const each = Math.min(steps, hessian.size);
  const examples = network.examples.count;
  return operatorQuantity(hessian, {
    seed,
    maxProducts: probes * each,
    stopsEarly: false,
    async measure(here, _, { tensors = false, onProgress }) {
      const found = await spectralDensity(here, {
        seed,
        probes,
        steps: each,
        onProgress,
        ...(width === undefined ? { gridPoints: defaultGrid } : { width }),
      });
      return {
        readings: [...densityReadings(found, examples), reading('hessian.densityWidth', found.width, null)],
        products: found.products,
        converged: null,
        tensors: tensors ? densityTensors(found) : {},
      };
    },
  });
}

function densityReadings(found: SpectralDensity, examples: number): Reading[] {
  const { centres, density, standardError } = densityCells(found.quadratures, found, mostPoints);
  return Array.from(density, (value, index) => ({
    series: 'hessian.density',
    coordinate: centres[index]!,
    value,
    standardError: standardError[index]!,
    examples,
  }));
}

/** The fine grid, and each probe's nodes and weights. */
function densityTensors({ grid, density, standardError, quadratures }: SpectralDensity): Record<string, HostTensor> {
  const vector = (data: Float64Array<ArrayBuffer>): HostTensor => hostTensor('float64', [data.length], data);
  const rules = quadratures.flatMap(({ nodes, weights }, probe) => [
    [`hessian.density.nodes.${probe + 1}`, vector(nodes)] as const,
    [`hessian.density.weights.${probe + 1}`, vector(weights)] as const,
  ]);
  return {
    'hessian.density.grid': vector(grid),
    'hessian.density.value': vector(density),
    'hessian.density.standardError': vector(standardError),
    ...Object.fromEntries(rules),
  };
}
