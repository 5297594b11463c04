import { hostTensor, toFloat64, type HostTensor } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { createFullGradient, type NetworkPoint, type ParameterLayout } from '../curvature/index.ts';
import { norm, type Vector } from '../linop/index.ts';
import { readTensor } from '../runtime/index.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';

/**
 * The sharpness that sharpness-aware minimisation descends (Foret et al. 2021): `L(θ + ρ·g/‖g‖) − L(θ)` with the gradient g of L,
 * both on all examples of the quantity. With small ρ it is `ρ‖g‖ + ½ρ²·gᵀHg/‖g‖²`. A gradient of zero has no direction: NaN.
 * Differences below about 1e-6 of L are rounding.
 */
export async function createSamSharpness(
  { rho }: QuantityOf<'sam-sharpness'>,
  { network }: QuantitySetting,
): Promise<Quantity> {
  const full = await createFullGradient(network);
  const examples = network.examples.count;
  return {
    maxProducts: 2,
    stopsEarly: false,
    async measure(point) {
      const { loss, gradient } = await full.at(point);
      const length = norm(gradient);
      const value =
        length === 0 ? NaN : (await full.at(await moved(point, full.layout, gradient, rho / length))).loss - loss;
      return {
        readings: [{ series: 'sam.sharpness', coordinate: rho, value, standardError: null, examples }],
        products: 2,
        converged: null,
        tensors: {},
      };
    },
    async rehearse(point) {
      await full.at(point);
      return 1;
    },
    release: () => full.release(),
  };
}

/** The point θ + factor·v, each parameter of the type it has. */
async function moved(
  { parameters, buffers }: NetworkPoint,
  layout: ParameterLayout,
  v: Vector,
  factor: number,
): Promise<NetworkPoint> {
  const result: Record<string, HostTensor> = {};
  for (const { name, offset } of layout.entries) {
    const tensor = await readTensor(parameters[name]!);
    const values = toFloat64(tensor).map((value, index) => value + factor * v[offset + index]!);
    result[name] = hostTensor(tensor.dtype, tensor.shape, values);
  }
  return { parameters: result, buffers };
}
