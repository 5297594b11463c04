import { sameShape, ThalwegError, type HostTensor } from '../base/index.ts';
import type { Model } from '../nn/index.ts';
import type { TrainerState } from '../train/index.ts';

/**
 * Names of tensors in a checkpoint: parameters under their own names, so that the file opens as a state dictionary;
 * everything else behind a prefix.
 */
const gradientPrefix = 'gradient:';
const probePrefix = 'probe:';

type Tensors = Readonly<Record<string, HostTensor>>;

const prefixed = (prefix: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));

const withPrefix = (prefix: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])));

/** All tensors that a run needs to go on from here. */
export const packCheckpoint = (state: TrainerState, probes: Tensors): Record<string, HostTensor> => ({
  ...state.parameters,
  ...(state.gradient ? prefixed(gradientPrefix, state.gradient) : {}),
  ...prefixed(probePrefix, probes),
});

/** The reverse of {@link packCheckpoint}. Throws `CHECKPOINT_INVALID` when parameters are missing or of another shape. */
export function unpackCheckpoint(iteration: number, tensors: Tensors, model: Model, path: string): { state: TrainerState; probes: Tensors } {
  const parameters: Record<string, HostTensor> = {};
  for (const { name, shape } of model.parameters) {
    const tensor = tensors[name];
    if (!tensor || !sameShape(tensor.shape, shape)) {
      const found = tensor ? `[${tensor.shape.join(',')}]` : 'nothing';
      throw new ThalwegError('CHECKPOINT_INVALID', `${path}: expected parameter "${name}" of shape [${shape.join(',')}], got ${found}`);
    }
    parameters[name] = tensor;
  }
  const gradient = withPrefix(gradientPrefix, tensors);
  const kept = Object.keys(gradient).length > 0 ? gradient : null;
  return { state: { iteration, parameters, gradient: kept }, probes: withPrefix(probePrefix, tensors) };
}
