import { randomStream, sizeOf, allocate, type HostTensor, type Shape } from '../base/index.ts';
import { add, maximum, minimum, mul, sub } from '../ops/index.ts';
import { elementwise, type UpdateRule } from './rule.ts';

/**
 * A rule that is given gradients with isotropic Gaussian noise: `g + s·W` with W standard normal, in place of g.
 *
 * @param rule one that uses no noise of its own
 * @param standardDeviation s ≥ 0 of each coordinate of the gradient
 */
export const withGradientNoise = (rule: UpdateRule, standardDeviation: number): UpdateRule => ({
  ...rule,
  usesNoise: true,
  update(inputs) {
    const noisy = Object.entries(inputs.gradient).map(
      ([name, gradient]) => [name, add(gradient, mul(inputs.noise[name]!, standardDeviation))] as const,
    );
    return rule.update({ ...inputs, gradient: Object.fromEntries(noisy) });
  },
});

export interface LangevinOptions {
  /** γ' ≥ 0: standard deviation of the noise in θ at the first update. */
  readonly scale: number;
  /** `constant`: γ'_k = γ'; `harmonic`: γ'_k = γ'/(1+k) in update k = 0, 1, …. */
  readonly decay: 'constant' | 'harmonic';
  /** K: bounds of every coordinate, [low, high]; default: none. */
  readonly box?: readonly [low: number, high: number];
}

/**
 * Langevin dynamics `θ ← Π_K(θ − η·g + γ'_k·W)` with W standard normal and the projection Π_K on a box. The noise is not
 * multiplied by the learning rate.
 */
export const langevin = ({ scale, decay, box }: LangevinOptions): UpdateRule =>
  elementwise({
    usesNoise: true,
    scalars: { noiseScale: (iteration) => (decay === 'constant' ? scale : scale / (1 + iteration)) },
    update({ theta, gradient, scalars, noise }) {
      const drifted = sub(theta, mul(gradient, scalars.learningRate));
      const moved = add(drifted, mul(noise!, scalars['noiseScale']!));
      return { theta: box ? minimum(maximum(moved, box[0]), box[1]) : moved };
    },
  });

/**
 * W_t: standard normal values for each parameter, in the order of `parameters`, from the stream of `seed` for noise at
 * iteration t. A run that goes on at t draws what one that never stopped draws there.
 */
export function noiseAt(
  parameters: readonly { readonly name: string; readonly shape: Shape }[],
  seed: number,
  iteration: number,
): Record<string, HostTensor<'float32'>> {
  const stream = randomStream(seed, 'noise', iteration);
  const draw = (shape: Shape): HostTensor<'float32'> => {
    const data = allocate('float32', sizeOf(shape));
    for (let index = 0; index < data.length; index++) data[index] = stream.normal();
    return { dtype: 'float32', shape, data };
  };
  return Object.fromEntries(parameters.map(({ name, shape }) => [name, draw(shape)]));
}
