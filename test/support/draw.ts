import {
  hostTensor,
  permutation,
  randomStream,
  sizeOf,
  type HostTensor,
  type RandomStream,
  type Shape,
} from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { input } from '../../src/ops/index.ts';

/**
 * Where the elements of an operand lie:
 *
 * - `real`: normal; `positive`: at least 0.3; `nonzero`: of either sign, at least 0.3 in size;
 * - `distinct`: no two elements closer than 1/16, none closer to 0 than 1/64; `between`: at least 1/32 from any
 *   `distinct` one. Both keep clear of ties.
 */
export type Domain = 'real' | 'bounded' | 'positive' | 'nonzero' | 'distinct' | 'between';

export type FloatType = 'float32' | 'float64';

/** Random choices for one graph, and the inputs that were made for it. The same seed makes the same choices. */
export class Draw {
  readonly dtype: FloatType;
  readonly inputs: Record<string, Tensor> = {};
  readonly values: Record<string, HostTensor> = {};
  /** Tensors that an operand may be taken from. */
  readonly pool: Tensor[] = [];
  readonly #stream: RandomStream;

  constructor(seed: number, dtype: FloatType) {
    this.dtype = dtype;
    this.#stream = randomStream(seed, 'draw');
  }

  /** An integer in `[low, high]`. */
  integer(low: number, high: number): number {
    return low + this.#stream.integer(high - low + 1);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  chance(): boolean {
    return this.integer(0, 1) === 1;
  }

  /** `rank` sizes from 1 to `largest`. */
  shape(rank: number, largest = 4): number[] {
    return Array.from({ length: rank }, () => this.integer(1, largest));
  }

  /** Some axes of a tensor of this rank, at least one. */
  axes(rank: number): number[] {
    const chosen = Array.from({ length: rank }, (_, axis) => axis).filter(() => this.chance());
    return chosen.length > 0 ? chosen : [this.integer(0, rank - 1)];
  }

  /** Numbers `0 … length−1` in random order. */
  order(length: number): number[] {
    return Array.from(permutation(length, this.#stream));
  }

  /** A floating-point operand: a tensor of the pool where one fits, or a new input. */
  operand(shape: Shape, domain: Domain = 'real'): Tensor {
    const fitting = this.pool.filter((tensor) => tensor.dtype === this.dtype && String(tensor.shape) === String(shape));
    return domain === 'real' && fitting.length > 0 && this.chance() ? this.pick(fitting) : this.input(shape, domain);
  }

  /** A new floating-point input. Its values are float32 numbers, whatever its type. */
  input(shape: Shape, domain: Domain = 'real'): Tensor {
    return this.#add(hostTensor(this.dtype, shape, Float32Array.from(this.#elements(sizeOf(shape), domain))));
  }

  /** A new int64 input of numbers in `[low, high]`. */
  integers(shape: Shape, low: number, high: number): Tensor {
    return this.#add(
      hostTensor(
        'int64',
        shape,
        Array.from({ length: sizeOf(shape) }, () => this.integer(low, high)),
      ),
    );
  }

  booleans(shape: Shape): Tensor {
    return this.#add(
      hostTensor(
        'bool',
        shape,
        Array.from({ length: sizeOf(shape) }, () => this.integer(0, 1)),
      ),
    );
  }

  /** Numbers of a domain. */
  #elements(count: number, domain: Domain): number[] {
    const order = this.order(count);
    const sign = (): number => (this.chance() ? 1 : -1);
    const makers: Record<Domain, (index: number) => number> = {
      real: () => this.#stream.normal(),
      bounded: () => 2 * this.#stream.uniform() - 1,
      positive: () => 0.3 + Math.abs(this.#stream.normal()),
      nonzero: () => sign() * (0.3 + Math.abs(this.#stream.normal())),
      distinct: (index) => (order[index]! - Math.floor(count / 2)) / 16 + 1 / 64,
      between: (index) => (order[index]! - Math.floor(count / 2)) / 16 + 3 / 64,
    };
    return Array.from({ length: count }, (_, index) => makers[domain](index));
  }

  #add(value: HostTensor): Tensor {
    const name = `x${Object.keys(this.inputs).length}`;
    this.values[name] = value;
    return (this.inputs[name] = input(name, value));
  }
}
