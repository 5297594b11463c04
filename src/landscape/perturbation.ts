import type { FullGradient, NetworkPoint } from '../curvature/index.ts';
import { zeros, type FloatType, type Vector } from '../linop/index.ts';
import { readAll, type HostPoint } from './network.ts';

/** Loss and gradient of a network around its own point; running statistics stay as they are. */
export interface Surroundings {
  /** θ */
  readonly theta: Vector;
  /** Loss and gradient at θ + z. */
  at(z: ArrayLike<number>): Promise<{ readonly loss: number; readonly gradient: Vector }>;
}

/** The surroundings of a point, by a gradient that is compiled. */
export async function surroundingsOf(
  full: FullGradient,
  { parameters, buffers }: NetworkPoint,
  dtype: FloatType = 'float32',
): Promise<Surroundings> {
  const { layout } = full;
  const theta = layout.flatten(await readAll(parameters));
  const statistics = await readAll(buffers);
  return {
    theta,
    at(z) {
      const moved = zeros(dtype, theta.length);
      for (let index = 0; index < moved.length; index++) moved[index] = theta[index]! + z[index]!;
      const point: HostPoint = { parameters: layout.unflatten(moved), buffers: statistics };
      return full.at(point);
    },
  };
}
