import { createFullGradient, type MeasuredNetwork, type NetworkPoint } from '../curvature/index.ts';
import { fullBox, randomCoordinates, subspaceBox, type Box } from './box.ts';
import { requireInteger, requirePositive } from './network.ts';
import { surroundingsOf, type Surroundings } from './perturbation.ts';

/** How much the loss rises in a small box. */
export interface BoxSharpness {
  /** `φ = 100·(max L − L(θ))/(1 + L(θ))`, percent. The maximum is the highest loss found: φ is a lower bound. */
  readonly value: number;
  /** L(θ), nat. */
  readonly loss: number;
  /** The highest loss found in the box, nat. */
  readonly maximum: number;
  readonly epsilon: number;
  /** Dimensions of the box. */
  readonly dimension: number;
  /** Gradients over all examples that it took. */
  readonly gradients: number;
  /** Whether the search that found the maximum ended because it could not climb further, not for want of iterations. */
  readonly converged: boolean;
  readonly seed: number;
}

export interface BoxSharpnessOptions {
  /** Seed of the starting points and of the subspace. */
  readonly seed: number;
  /** ε > 0; default 1e-3. Keskar et al. report 1e-3 and 5e-4. */
  readonly epsilon?: number;
  /** Dimension of a random subspace; default: the full space. Keskar et al. take 100. */
  readonly subspace?: number | undefined;
  /** Steps of each search; default 10, as Keskar et al. let theirs run. */
  readonly iterations?: number;
  /** Searches, each from a random point of the box; default 1. */
  readonly starts?: number;
  /** Told after each gradient how many were taken, and the highest loss so far. */
  readonly onProgress?: ((progress: { readonly gradients: number; readonly maximum: number }) => void) | undefined;
}

/** Box sharpness at any point of a network: compiled once. */
export interface BoxSharpnessMeter {
  /** Gradients of one measurement at most. */
  readonly maxGradients: number;
  at(point: NetworkPoint, onProgress?: BoxSharpnessOptions['onProgress']): Promise<BoxSharpness>;
  /** Takes one gradient at a point. */
  pass(point: NetworkPoint): Promise<void>;
  release(): Promise<void>;
}

/**
 * Sharpness in a box `|z_i| ≤ ε(|θ_i| + 1)` (Keskar, Mudigere, Nocedal, Smelyanskiy, Tang 2017). They maximise by L-BFGS-B;
 * here each search climbs by conditional gradients: from u ∈ [−1, 1]ⁿ (in units of the half widths) towards the corner
 * `sign(∂L/∂u)`, the whole way, or by halves of it until the loss is higher. It stays in the box, never falls, and ends in a
 * corner where the loss is convex, as it mostly is around a minimum; starting points are random because at a minimum itself
 * there is no uphill. The loss is that of all examples.
 *
 * Throws `USAGE` for options out of range, and for no examples.
 */
export async function createBoxSharpness(
  network: MeasuredNetwork,
  options: BoxSharpnessOptions,
): Promise<BoxSharpnessMeter> {
  const { epsilon = 1e-3, iterations = 10, starts = 1 } = options;
  requirePositive('box sharpness', 'epsilon', epsilon);
  requireInteger('box sharpness', 'iterations', iterations, 1);
  requireInteger('box sharpness', 'starts', starts, 1);
  const full = await createFullGradient(network);
  return {
    maxGradients: 1 + starts * (1 + iterations * (halvings + 1)),
    async at(point, onProgress = options.onProgress) {
      const surroundings = await surroundingsOf(full, point, network.dtype);
      return climbed(surroundings, { ...options, epsilon, iterations, starts, onProgress });
    },
    async pass(point) {
      await full.at(point);
    },
    release: () => full.release(),
  };
}

/** Sharpness in a box at the network's own point, by {@link createBoxSharpness}. */
export async function measureBoxSharpness(
  network: MeasuredNetwork,
  options: BoxSharpnessOptions,
): Promise<BoxSharpness> {
  const meter = await createBoxSharpness(network, options);
  try {
    return await meter.at(network);
  } finally {
    await meter.release();
  }
}

async function climbed(
  surroundings: Surroundings,
  {
    seed,
    epsilon,
    subspace,
    iterations,
    starts,
    onProgress,
  }: BoxSharpnessOptions & Required<Pick<BoxSharpnessOptions, 'epsilon' | 'iterations' | 'starts'>>,
): Promise<BoxSharpness> {
  const { theta } = surroundings;
  const box = subspace === undefined ? fullBox(theta, epsilon) : subspaceBox(theta, epsilon, subspace, seed);
  const climb = new Climb(surroundings, box, onProgress);
  const { loss } = await climb.at(new Float64Array(box.dimension));
  let best: Summit = { loss, converged: false };
  for (let start = 0; start < starts; start++) {
    const summit = await climb.from(randomCoordinates(box.dimension, seed, start), iterations);
    if (summit.loss > best.loss || Number.isNaN(summit.loss)) best = summit;
  }
  return {
    value: (100 * (best.loss - loss)) / (1 + loss),
    loss,
    maximum: best.loss,
    epsilon,
    dimension: box.dimension,
    gradients: climb.gradients,
    converged: best.converged,
    seed,
  };
}

interface Summit {
  readonly loss: number;
  readonly converged: boolean;
}

interface Visited {
  readonly u: Float64Array<ArrayBuffer>;
  readonly loss: number;
  /** ∂L/∂u */
  readonly slope: Float64Array<ArrayBuffer>;
}

/** Shortest step of a search, as a share of the way to the corner: 2⁻⁶. */
const halvings = 6;

/** Searches for the highest loss in a box. */
class Climb {
  gradients = 0;
  #maximum = -Infinity;
  readonly #surroundings: Surroundings;
  readonly #box: Box;
  readonly #onProgress: BoxSharpnessOptions['onProgress'];

  constructor(surroundings: Surroundings, box: Box, onProgress: BoxSharpnessOptions['onProgress']) {
    this.#surroundings = surroundings;
    this.#box = box;
    this.#onProgress = onProgress;
  }

  async at(u: Float64Array<ArrayBuffer>): Promise<Visited> {
    const { loss, gradient } = await this.#surroundings.at(this.#box.displacement(u));
    this.gradients++;
    this.#maximum = Math.max(this.#maximum, loss);
    this.#onProgress?.({ gradients: this.gradients, maximum: this.#maximum });
    return { u, loss, slope: this.#box.pulled(gradient) };
  }

  async from(start: Float64Array<ArrayBuffer>, iterations: number): Promise<Summit> {
    let here = await this.at(start);
    for (let iteration = 0; iteration < iterations; iteration++) {
      const higher = await this.#higher(here);
      if (!higher) return { loss: here.loss, converged: true };
      here = higher;
    }
    return { loss: here.loss, converged: false };
  }

  /** A point above `here` on the way to the corner that the slope points to; null where none was found. */
  async #higher(here: Visited): Promise<Visited | null> {
    const corner = here.u.map((value, index) => Math.sign(here.slope[index]!) || value);
    if (corner.every((value, index) => value === here.u[index])) return null;
    for (let halving = 0; halving <= halvings; halving++) {
      const left = 1 - 2 ** -halving;
      const next = await this.at(corner.map((value, index) => value + left * (here.u[index]! - value)));
      if (next.loss > here.loss) return next;
    }
    return null;
  }
}
