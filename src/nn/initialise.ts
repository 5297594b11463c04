import { allocate, sizeOf, type HostTensor, type RandomStream, type Shape } from '../base/index.ts';

/** Draws the initial values of one parameter from its own random stream. */
export type Initialiser = (shape: Shape, stream: RandomStream) => HostTensor<'float32'>;

/** Inputs and outputs of one unit: a weight is [out, in, …receptive field]. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const field = sizeOf(shape.slice(2));
  return { fanIn: (shape[1] ?? 1) * field, fanOut: (shape[0] ?? 1) * field };
}

const normal =
  (deviation: (shape: Shape) => number): Initialiser =>
  (shape, stream) => {
    const data = allocate('float32', sizeOf(shape));
    const scale = deviation(shape);
    for (let index = 0; index < data.length; index++) data[index] = scale * stream.normal();
    return { dtype: 'float32', shape, data };
  };

/** He: `N(0, 2/fan_in)`, which keeps the variance of activations through rectifiers. */
export const heNormal = normal((shape) => Math.sqrt(2 / fans(shape).fanIn));

/** Glorot: `N(0, 2/(fan_in + fan_out))`, for activations that are linear around 0. */
export const glorotNormal = normal((shape) => Math.sqrt(2 / (fans(shape).fanIn + fans(shape).fanOut)));

/** All elements equal. */
export const filled =
  (value: number): Initialiser =>
  (shape) => ({ dtype: 'float32', shape, data: allocate('float32', sizeOf(shape)).fill(value) });
