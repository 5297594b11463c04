import { createFullGradient, type MeasuredNetwork, type NetworkPoint } from '../curvature/index.ts';
import { norm, scaledVector } from '../linop/index.ts';
import { requirePositive } from './network.ts';
import { surroundingsOf } from './perturbation.ts';

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

/** Measures SAM's sharpness at any point, with one gradient that is compiled. */
export interface SamSharpnessMeter {
  /** Costs two gradients. */
  at(point: NetworkPoint): Promise<SamSharpness>;
  /** One gradient at a point. */
  pass(point: NetworkPoint): Promise<void>;
  release(): Promise<void>;
}

/**
 * What sharpness-aware minimisation adds to the loss (Foret, Kleiner, Mobahi, Neyshabur 2021), with the gradient of the mean
 * loss over all examples: the first-order worst case in a ball, and so a lower bound of the true one. With small ρ it is
 * `ρ‖g‖ + ½ρ²·gᵀHg/‖g‖²`; differences below about 1e-6 of L are rounding.
 *
 * @param rho ρ > 0, in units of ‖θ‖; 0.05 is usual. Throws `USAGE` for others, and for no examples.
 */
export async function createSamSharpness(network: MeasuredNetwork, rho: number): Promise<SamSharpnessMeter> {
  requirePositive('SAM sharpness', 'rho', rho);
  const full = await createFullGradient(network);
  return {
    async at(point) {
      const surroundings = await surroundingsOf(full, point, network.dtype);
      const { loss, gradient } = await surroundings.at(new Float64Array(surroundings.theta.length));
      const gradientNorm = norm(gradient);
      const uphill = await surroundings.at(scaledVector(rho / (gradientNorm + smallestNorm), gradient));
      return { value: uphill.loss - loss, loss, gradientNorm, rho };
    },
    async pass(point) {
      await full.at(point);
    },
    release: () => full.release(),
  };
}

/** The sharpness at a network's own point. Throws what {@link createSamSharpness} throws. */
export async function measureSamSharpness(network: MeasuredNetwork, rho: number): Promise<SamSharpness> {
  const meter = await createSamSharpness(network, rho);
  try {
    return await meter.at(network);
  } finally {
    await meter.release();
  }
}
