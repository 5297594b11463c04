import { formatType, sameShape, ThalwegError, type HostTensor } from '../base/index.ts';
import type { Model, Parameter } from '../nn/index.ts';
import type { NamedTensors } from '../store/index.ts';
import type { TrainerState } from '../train/index.ts';

/**
 * Names of tensors in a checkpoint: parameters and buffers under their own names, so that the file opens as a state dictionary;
 * everything else behind a prefix.
 */
const gradientPrefix = 'gradient:';
const probePrefix = 'probe:';

type Tensors = Readonly<Record<string, HostTensor>>;

/** Where training goes on from: the trainer's state and what the probes keep. */
export interface TrainingState {
  readonly trainer: TrainerState;
  readonly probes: Tensors;
}

const prefixed = (prefix: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));

const withPrefix = (prefix: string, tensors: Tensors): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );

/** Everything that a run needs to go on from here. */
export const packCheckpoint = ({ trainer, probes }: TrainingState): NamedTensors => ({
  tensors: {
    ...trainer.parameters,
    ...trainer.buffers,
    ...(trainer.gradient ? prefixed(gradientPrefix, trainer.gradient) : {}),
    ...prefixed(probePrefix, probes),
  },
  metadata: { iteration: String(trainer.iteration) },
});

/**
 * The reverse of {@link packCheckpoint}. Throws `CHECKPOINT_INVALID` for a checkpoint of another iteration, or with
 * parameters or buffers that are missing or of another type.
 */
export function unpackCheckpoint(
  iteration: number,
  { tensors, metadata }: NamedTensors,
  model: Model,
  path: string,
): TrainingState {
  if (metadata['iteration'] !== String(iteration))
    throw invalid(path, `iteration ${iteration}, got ${metadata['iteration'] ?? 'none'}`);
  const parameters = requireTensors(tensors, '', model.parameters, path);
  const buffers = requireTensors(tensors, '', model.buffers, path);
  const hasGradient = Object.keys(tensors).some((name) => name.startsWith(gradientPrefix));
  const gradient = hasGradient ? requireTensors(tensors, gradientPrefix, model.parameters, path) : null;
  return { trainer: { iteration, parameters, buffers, gradient }, probes: withPrefix(probePrefix, tensors) };
}

/** One tensor for each of the parameters or buffers, under its name behind `prefix`. */
function requireTensors(
  tensors: Tensors,
  prefix: string,
  wanted: readonly Pick<Parameter, 'name' | 'shape'>[],
  path: string,
): Record<string, HostTensor> {
  const found: Record<string, HostTensor> = {};
  for (const { name, shape } of wanted) {
    const tensor = tensors[prefix + name];
    if (tensor?.dtype !== 'float32' || !sameShape(tensor.shape, shape)) {
      const type = formatType({ dtype: 'float32', shape });
      throw invalid(path, `tensor "${prefix}${name}" as ${type}, got ${tensor ? formatType(tensor) : 'none'}`);
    }
    found[name] = tensor;
  }
  return found;
}

const invalid = (path: string, difference: string): ThalwegError =>
  new ThalwegError('CHECKPOINT_INVALID', `${path}: expected ${difference}`);
