import type { Tensor } from '../graph/index.ts';
import type { ParameterTensors } from '../nn/index.ts';

/** What an update rule remembers: name of a slot → a tensor for each parameter, of the parameter's shape. */
export type SlotTensors = Readonly<Record<string, ParameterTensors>>;

/** What an update is made from. */
export interface UpdateInputs {
  /** θ_t */
  readonly parameters: ParameterTensors;
  /** g_t */
  readonly gradient: ParameterTensors;
  /** The rule's slots after update t − 1. */
  readonly slots: SlotTensors;
  /** Scalars of update t: `learningRate`, and those the rule asks for. */
  readonly scalars: Readonly<Record<string, Tensor>> & { readonly learningRate: Tensor };
  /** W_t, standard normal and of the parameters' shapes, for rules that use noise; else empty. */
  readonly noise: ParameterTensors;
}

export interface UpdateResult {
  /** θ_{t+1} */
  readonly parameters: Record<string, Tensor>;
  readonly slots: Record<string, Record<string, Tensor>>;
}

/** Builds `θ_{t+1}` from `θ_t` and a gradient. Whose gradient it is (a mini-batch's, all examples') is not its concern. */
export interface UpdateRule {
  /** The slots by name, each with the value that all its elements start from. */
  readonly slots: Readonly<Record<string, number>>;
  /** Scalars beside `learningRate` that change with the iteration t = 0, 1, …, by name. */
  readonly scalars: Readonly<Record<string, (iteration: number) => number>>;
  readonly usesNoise: boolean;
  update(inputs: UpdateInputs): UpdateResult;
}

/** What happens to one parameter: its slots by name, and g and W of the same shape. */
export interface ElementwiseInputs {
  readonly theta: Tensor;
  readonly gradient: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
  readonly scalars: UpdateInputs['scalars'];
  readonly noise: Tensor | undefined;
}

export interface ElementwiseRule extends Partial<Pick<UpdateRule, 'slots' | 'scalars' | 'usesNoise'>> {
  readonly update: (inputs: ElementwiseInputs) => { theta: Tensor; slots?: Readonly<Record<string, Tensor>> };
}

/** A rule that treats each parameter by itself. */
export function elementwise({ slots = {}, scalars = {}, usesNoise = false, update }: ElementwiseRule): UpdateRule {
  const names = Object.keys(slots);
  return {
    slots,
    scalars,
    usesNoise,
    update(inputs) {
      const parameters: Record<string, Tensor> = {};
      const next: Record<string, Record<string, Tensor>> = Object.fromEntries(names.map((slot) => [slot, {}]));
      for (const [name, theta] of Object.entries(inputs.parameters)) {
        const own = Object.fromEntries(names.map((slot) => [slot, inputs.slots[slot]![name]!]));
        const gradient = inputs.gradient[name]!;
        const result = update({ theta, gradient, slots: own, scalars: inputs.scalars, noise: inputs.noise[name] });
        parameters[name] = result.theta;
        for (const slot of names) next[slot]![name] = result.slots![slot]!;
      }
      return { parameters, slots: next };
    },
  };
}
