import { createFullGradient, type FullGradient, type MeasuredNetwork } from '../curvature/index.ts';
import { zeros, type Vector } from '../linop/index.ts';
import { readAll, type HostPoint } from './network.ts';

/** Loss and gradient of a network around its own point; running statistics stay as they are. */
export interface Surroundings {
  /** θ */
  readonly theta: Vector;
  /** Loss and gradient at θ + z. */
  at(z: ArrayLike<number>): Promise<{ readonly loss: number; readonly gradient: Vector }>;
}

/** Calls `use` with the surroundings of a network's point, by the gradient over all of its examples. */
export async function withSurroundings<T>(
  network: MeasuredNetwork,
  use: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const full = await createFullGradient(network);
  try {
    return await use(await surroundingsOf(network, full));
  } finally {
    await full.release();
  }
}

async function surroundingsOf(network: MeasuredNetwork, full: FullGradient): Promise<Surroundings> {
  const { layout } = full;
  const theta = layout.flatten(await readAll(network.parameters));
  const buffers = await readAll(network.buffers);
  return {
    theta,
    at(z) {
      const moved = zeros(network.dtype ?? 'float32', theta.length);
      for (let index = 0; index < moved.length; index++) moved[index] = theta[index]! + z[index]!;
      const point: HostPoint = { parameters: layout.unflatten(moved), buffers };
      return full.at(point);
    },
  };
}
