import { randomStream, zerosTensor, type HostTensor } from '../base/index.ts';
import { parameterLayout, type NetworkPoint } from '../curvature/index.ts';
import { dot, norm, scale, typeOf, zeros, type Vector } from '../linop/index.ts';
import type { Model } from '../nn/index.ts';
import { readAll, type HostPoint } from './network.ts';

/**
 * How long a random direction is against the parameters, tensor by tensor.
 *
 * - `filter`: each slice d along the output axis (the weights of one filter or unit) as its slice w: `d·‖w‖/(‖d‖ + 1e-10)`
 *   (Li, Xu, Taylor, Studer, Goldstein 2018).
 * - `layer`: the same with each tensor as a whole.
 * - `none`: Gaussian numbers as they are drawn.
 */
export type Normalisation = 'filter' | 'layer' | 'none';

export interface DirectionOptions {
  readonly seed: number;
  /** Default `filter`. */
  readonly normalisation?: Normalisation | undefined;
  /**
   * Parameters with one axis (biases; scale and shift of batch normalisation): `zero` leaves them where they are, as Li et
   * al. do; `keep` draws them too, each tensor as one slice. Default `zero`.
   */
  readonly vectors?: 'zero' | 'keep' | undefined;
}

/** Keeps a direction finite where nothing was drawn. */
const smallestNorm = 1e-10;

/**
 * A random Gaussian direction for the parameters of a point, normalised. Each parameter is drawn from a stream of its own,
 * named after it. Running statistics do not move: the buffers of a direction are zeros.
 *
 * @param index which of the directions of a seed
 * Throws `RUNTIME_INPUT` for a point of another model.
 */
export async function randomDirection(
  model: Model,
  point: NetworkPoint,
  index: number,
  { seed, normalisation = 'filter', vectors = 'zero' }: DirectionOptions,
): Promise<HostPoint> {
  const layout = parameterLayout(model);
  const theta = layout.flatten(await readAll(point.parameters));
  const direction = zeros(typeOf(theta), layout.size);
  for (const { name, shape, offset, size } of layout.entries) {
    if (shape.length < 2 && vectors === 'zero') continue;
    const stream = randomStream(seed, 'landscape', 'direction', index, name);
    for (let element = offset; element < offset + size; element++) direction[element] = stream.normal();
    if (normalisation === 'none') continue;
    const length = normalisation === 'filter' && shape.length > 1 ? size / shape[0]! : size;
    for (let first = offset; first < offset + size; first += length)
      matchNorm(direction.subarray(first, first + length), theta.subarray(first, first + length));
  }
  return { parameters: layout.unflatten(direction), buffers: unmovedBuffers(model) };
}

/** `d ← d·‖w‖/(‖d‖ + 1e-10)`, in place. */
const matchNorm = (direction: Vector, weights: Vector): void =>
  scale(norm(weights) / (norm(direction) + smallestNorm), direction);

const unmovedBuffers = ({ buffers }: Model): Record<string, HostTensor> =>
  Object.fromEntries(buffers.map(({ name, shape }) => [name, zerosTensor('float32', shape)]));

/** A plane `θ + aδ + bη` in parameter space. */
export interface Plane {
  /** θ */
  readonly centre: NetworkPoint;
  /** δ and η. Their buffers say how running statistics move with them, where these are interpolated. */
  readonly axes: readonly [HostPoint, HostPoint];
  /** Cosine of δ and η: random directions are not orthogonal, only nearly so in many dimensions. */
  readonly cosine: number;
}

/**
 * The plane through a point along two random directions of a seed.
 *
 * Throws `RUNTIME_INPUT` for a point of another model.
 */
export async function randomPlane(model: Model, centre: NetworkPoint, options: DirectionOptions): Promise<Plane> {
  const [one, other] = [
    await randomDirection(model, centre, 0, options),
    await randomDirection(model, centre, 1, options),
  ];
  return { centre, axes: [one, other], cosine: cosineOf(model, one, other) };
}

/** Cosine of two directions over all parameters, accumulated in float64; NaN where one is zero. */
function cosineOf(model: Model, one: HostPoint, other: HostPoint): number {
  const layout = parameterLayout(model);
  const [u, v] = [layout.flatten(one.parameters), layout.flatten(other.parameters)];
  return dot(u, v) / (norm(u) * norm(v));
}
