import type { MeasuredNetwork } from '../curvature/index.ts';
import { norm, scaledVector } from '../linop/index.ts';
import { requirePositive } from './network.ts';
import { withSurroundings } from './perturbation.ts';

/** How much the loss rises one step of length ρ uphill. */
export interface SamSharpness {
  /** `L(θ + ρ·g/(‖g‖ + 1e-12)) − L(θ)`, nat; 0 where the gradient vanishes. */
  readonly value: number;
  /** L(θ), nat. */
  readonly loss: number;
  /** ‖g‖ */
  readonly gradientNorm: number;
  /** ρ */
  readonly rho: number;
}

/** As in sharpness-aware minimisation: ‖g‖ of a gradient that vanishes is taken to be this. */
const smallestNorm = 1e-12;

/**
 * What sharpness-aware minimisation adds to the loss (Foret, Kleiner, Mobahi, Neyshabur 2021), with the gradient of the mean
 * loss over all examples: the first-order worst case in a ball, and so a lower bound of the true one. Costs two gradients.
 *
 * @param rho ρ > 0, in units of ‖θ‖; 0.05 is usual. Throws `USAGE` for others, and for no examples.
 */
export async function measureSamSharpness(network: MeasuredNetwork, rho: number): Promise<SamSharpness> {
  requirePositive('SAM sharpness', 'rho', rho);
  return withSurroundings(network, async (surroundings) => {
    const { loss, gradient } = await surroundings.at(new Float64Array(surroundings.theta.length));
    const gradientNorm = norm(gradient);
    const uphill = await surroundings.at(scaledVector(rho / (gradientNorm + smallestNorm), gradient));
    return { value: uphill.loss - loss, loss, gradientNorm, rho };
  });
}
