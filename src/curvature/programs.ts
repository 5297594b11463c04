import { scalarValue, type HostTensor, type TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { FloatType, Vector } from '../linop/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { cast } from '../ops/index.ts';
import { asHost, disposeTree, type AnyTensor } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes, type NetworkTensors } from '../train/index.ts';
import type { ParameterLayout } from './layout.ts';
import { placeTensor, type MeasuredNetwork, type NetworkPoint } from './network.ts';

/** What a function of one chunk is given, as symbolic tensors. */
export interface ChunkTensors {
  readonly network: NetworkTensors;
  /** The parameters of the layout alone: what is differentiated. */
  readonly theta: ParameterTensors;
  /** x [n, …] of the network's element type. */
  readonly x: Tensor;
  /** int64 [n] */
  readonly labels: Tensor;
  /** Directions in the parameters of the layout. */
  readonly vectors: readonly ParameterTensors[];
  /** Tensors of the chunk that the function asked for. */
  readonly extra: Readonly<Record<string, Tensor>>;
}

/** **Sums** over the examples of a chunk: vectors of the layout, and numbers. */
export interface ChunkSums<V = ParameterTensors, S = Tensor> {
  readonly vectors: readonly V[];
  readonly scalars: readonly S[];
}

/** A function of one chunk, compiled for each size that a chunk has. */
export interface ChunkFunction {
  /** Stands in front of error messages. */
  readonly name: string;
  /** Vectors that one run takes. */
  readonly width: number;
  /** Types of `extra` for a chunk of `size` examples; default: none. */
  readonly extra?: (size: number) => Readonly<Record<string, TensorType>>;
  readonly sums: (chunk: ChunkTensors) => ChunkSums;
}

/** Tensors of `extra` for the chunk of an index. */
export type ExtraOf = (chunk: number) => Readonly<Record<string, HostTensor>>;

type Compiled = Awaited<ReturnType<typeof compileChunk>>;

/**
 * A {@link ChunkFunction} summed over all chunks of a network's examples, one chunk after the other in their order: the same
 * bits every time. Sums over chunks are taken in float64. Memory: one chunk's activations, and `8n` bytes for each vector
 * of n elements.
 */
export class ChunkPrograms {
  readonly #network: MeasuredNetwork;
  readonly #layout: ParameterLayout;
  readonly #programs: ReadonlyMap<number, Compiled>;

  private constructor(network: MeasuredNetwork, layout: ParameterLayout, programs: ReadonlyMap<number, Compiled>) {
    this.#network = network;
    this.#layout = layout;
    this.#programs = programs;
  }

  static async compile(network: MeasuredNetwork, layout: ParameterLayout, fn: ChunkFunction): Promise<ChunkPrograms> {
    const programs = await network.examples.forSizes((size) => compileChunk(network, layout, fn, size));
    return new ChunkPrograms(network, layout, programs);
  }

  /** Sums over all examples at a point. Runs of one program must not overlap. */
  async run(
    { parameters, buffers }: NetworkPoint,
    vectors: readonly Vector[],
    extraOf: ExtraOf = () => ({}),
  ): Promise<ChunkSums<Float64Array<ArrayBuffer>, number>> {
    const directions = vectors.map((vector) => this.#directionOf(vector));
    const totals = new Totals(this.#layout);
    try {
      for (const [index, { size, x, labels }] of this.#network.examples.chunks.entries()) {
        const given = { parameters, buffers, x, labels, vectors: directions, extra: extraOf(index) };
        totals.add(await this.#programs.get(size)!.run(given));
      }
    } finally {
      disposeTree(directions);
    }
    return totals;
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await program.release();
  }

  #directionOf(vector: Vector): Record<string, AnyTensor> {
    const views = Object.entries(this.#layout.unflatten(vector));
    const { backend } = this.#network.runtime;
    return Object.fromEntries(views.map(([name, tensor]) => [name, placeTensor(backend, tensor)]));
  }
}

function compileChunk(network: MeasuredNetwork, layout: ParameterLayout, fn: ChunkFunction, size: number) {
  const { model } = network.objective;
  const dtype = network.dtype ?? 'float32';
  const direction = Object.fromEntries(layout.entries.map(({ name, shape }) => [name, { dtype, shape }] as const));
  const specs = {
    parameters: parameterTypes(model, dtype),
    buffers: bufferTypes(model, dtype),
    ...batchTypes(model, size),
    vectors: Array.from({ length: fn.width }, (): Record<string, TensorType> => direction),
    extra: fn.extra?.(size) ?? {},
  };
  return network.runtime.compile(
    ({ parameters, buffers, x, labels, vectors, extra }) => {
      const theta = Object.fromEntries(layout.entries.map(({ name }) => [name, parameters[name]!]));
      const { vectors: products, scalars } = fn.sums({
        network: { parameters, buffers },
        theta,
        x: cast(x, dtype),
        labels,
        vectors,
        extra,
      });
      return { vectors: products, scalars };
    },
    specs,
    { name: fn.name },
  );
}

/** Running sums over chunks, in float64. */
class Totals implements ChunkSums<Float64Array<ArrayBuffer>, number> {
  readonly vectors: Float64Array<ArrayBuffer>[] = [];
  readonly scalars: number[] = [];
  readonly #layout: ParameterLayout;

  constructor(layout: ParameterLayout) {
    this.#layout = layout;
  }

  add({ vectors, scalars }: ChunkSums<Readonly<Record<string, AnyTensor>>, AnyTensor>): void {
    vectors.forEach((vector, index) => this.#addVector((this.vectors[index] ??= this.#zeros()), vector));
    scalars.forEach((value, index) => {
      this.scalars[index] = (this.scalars[index] ?? 0) + scalarValue(asHost(value));
    });
  }

  #zeros(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#layout.size);
  }

  #addVector(total: Float64Array, part: Readonly<Record<string, AnyTensor>>): void {
    for (const { name, offset } of this.#layout.entries) {
      const values = asHost(part[name]!).data as Vector;
      for (let index = 0; index < values.length; index++) total[offset + index]! += values[index]!;
    }
  }
}

/** Numbers as a vector of an element type. */
export const toVector = (values: Float64Array<ArrayBuffer>, dtype: FloatType): Vector =>
  dtype === 'float64' ? values : Float32Array.from(values);
