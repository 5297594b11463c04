import type { Tensor } from '../graph/index.ts';

/** What one chain draws in one step. */
export interface Draw {
  /** Standard normal numbers, or whole numbers drawn uniformly, with replacement, from 0 … below − 1. */
  readonly law: 'normal' | { readonly below: number };
  /** How many numbers one chain draws. */
  readonly size: number;
}

/** What a step is given besides the states. */
export interface StepInputs {
  /** What all chains drew, by name: [size, n]. Indices are whole numbers of the type of the states. */
  readonly draws: Readonly<Record<string, Tensor>>;
  /** k, counted from 0: a scalar of the type of the states. */
  readonly index: Tensor;
}

/** A rule that moves many independent chains by one step, as a graph. */
export interface Dynamics {
  readonly name: string;
  /** d */
  readonly dimension: number;
  readonly draws: Readonly<Record<string, Draw>>;
  /** States after a step: x [d, n] → [d, n]. Column i of the result depends on column i of x and of the draws only. */
  step(x: Tensor, inputs: StepInputs): Tensor;
}
