import { hostTensor, scalar, sizeOf, type HostTensor, type TensorType } from '../base/index.ts';
import type { Model } from '../nn/index.ts';
import { gradientDescent, noiseAt, sharpnessAware, type UpdateRule, type ValueAndGradient } from '../optim/index.ts';

/** How gradients become updates. */
export interface Updating {
  readonly rule: UpdateRule;
  /** Seed of the noise, for rules that use it. */
  readonly seed: number;
  /** The first update by the rule, from which its own scalars count; default: 0. */
  readonly since?: number;
  /** ρ of sharpness-aware minimisation; null: gradients are taken at θ itself. */
  readonly rho: number | null;
}

/** Plain gradient descent. */
export const plainUpdating: Updating = { rule: gradientDescent, seed: 0, rho: null };

/** What a rule remembers on this machine: slot → parameter → tensor. */
export type Slots = Readonly<Record<string, Readonly<Record<string, HostTensor>>>>;

/** The slots of a rule before the first update. */
export function initialSlots(model: Model, rule: UpdateRule): Slots {
  const filled = (value: number) =>
    model.parameters.map(({ name, shape }) => {
      const data = new Float32Array(sizeOf(shape)).fill(value);
      return [name, hostTensor('float32', shape, data)] as const;
    });
  return Object.fromEntries(
    Object.entries(rule.slots).map(([slot, value]) => [slot, Object.fromEntries(filled(value))]),
  );
}

/** Types of what a rule takes beside parameters and gradient. */
export function updatingTypes({ parameters }: Model, { rule }: Updating) {
  const number: TensorType = { dtype: 'float32', shape: [] };
  const types: Record<string, TensorType> = Object.fromEntries(
    parameters.map(({ name, shape }) => [name, { dtype: 'float32', shape }]),
  );
  const scalars = Object.fromEntries(Object.keys(rule.scalars).map((name) => [name, number]));
  return {
    slots: Object.fromEntries(Object.keys(rule.slots).map((slot) => [slot, types])),
    scalars: { ...scalars, learningRate: number } as Readonly<Record<string, TensorType>> & {
      readonly learningRate: TensorType;
    },
    noise: rule.usesNoise ? types : {},
  };
}

/** Scalars and noise of one update. */
export function updatingInputs(
  { parameters }: Model,
  { rule, seed, since = 0 }: Updating,
  learningRate: number,
  iteration: number,
) {
  const scalars = Object.entries(rule.scalars).map(
    ([name, at]) => [name, scalar(at(iteration - since), 'float32')] as const,
  );
  return {
    scalars: { ...Object.fromEntries(scalars), learningRate: scalar(learningRate, 'float32') },
    noise: rule.usesNoise ? noiseAt(parameters, seed, iteration) : {},
  };
}

/** The gradient that the rule is given, from the one of the loss. */
export const gradientFor = ({ rho }: Updating, valueAndGradient: ValueAndGradient): ValueAndGradient =>
  rho === null ? valueAndGradient : sharpnessAware(valueAndGradient, rho);

/** Outputs of a program that stay on the device. */
export const keptOutputs = ({ rule }: Updating, keepGradient: boolean): string[] => [
  'parameters',
  ...(Object.keys(rule.slots).length > 0 ? ['slots'] : []),
  ...(keepGradient ? ['gradient'] : []),
];
