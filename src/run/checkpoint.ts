import { formatType, sameShape, ThalwegError, type HostTensor } from '../base/index.ts';
import type { Model, Parameter } from '../nn/index.ts';
import type { NamedTensors } from '../store/core/index.ts';
import type { Slots, TrainerState } from '../train/index.ts';

/**
 * Names of tensors in a checkpoint: parameters and buffers under their own names, so that the file opens as a state dictionary;
 * everything else behind a prefix.
 */
const gradientPrefix = 'gradient:';
const slotPrefix = (slot: string): string => `slot:${slot}:`;
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

const packSlots = (slots: Slots): Tensors =>
  Object.entries(slots).reduce((packed, [slot, kept]) => ({ ...packed, ...prefixed(slotPrefix(slot), kept) }), {});

/** Everything that a run needs to go on from here. */
export const packCheckpoint = ({ trainer, probes }: TrainingState): NamedTensors => ({
  tensors: {
    ...trainer.parameters,
    ...trainer.buffers,
    ...(trainer.gradient ? prefixed(gradientPrefix, trainer.gradient) : {}),
    ...packSlots(trainer.slots ?? {}),
    ...prefixed(probePrefix, probes),
  },
  metadata: { iteration: String(trainer.iteration) },
});

/**
 * The reverse of {@link packCheckpoint}. Throws `CHECKPOINT_INVALID` for a checkpoint of another iteration, or with
 * parameters, buffers or slots of the update rule that are missing or of another type.
 *
 * @param slotNames the slots of the update rule
 */
export function unpackCheckpoint(
  iteration: number,
  { tensors, metadata }: NamedTensors,
  model: Model,
  path: string,
  slotNames: readonly string[] = [],
): TrainingState {
  if (metadata['iteration'] !== String(iteration))
    throw invalid(path, `iteration ${iteration}, got ${metadata['iteration'] ?? 'none'}`);
  const parameters = requireTensors(tensors, '', model.parameters, path);
  const buffers = requireTensors(tensors, '', model.buffers, path);
  const hasGradient = Object.keys(tensors).some((name) => name.startsWith(gradientPrefix));
  const gradient = hasGradient ? requireTensors(tensors, gradientPrefix, model.parameters, path) : null;
  const slots = Object.fromEntries(
    slotNames.map((slot) => [slot, requireTensors(tensors, slotPrefix(slot), model.parameters, path)]),
  );
  return { trainer: { iteration, parameters, buffers, gradient, slots }, probes: withPrefix(probePrefix, tensors) };
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
