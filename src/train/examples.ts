import type { AnyTensor, Backend, Releasable } from '../runtime/index.ts';
import { sizeOf, type HostTensor, type Shape } from '../base/index.ts';

/** Labelled examples in the memory of this process: inputs [n, …shape] row-major. */
export interface Examples {
  readonly inputs: Float32Array<ArrayBuffer>;
  readonly labels: ArrayLike<number>;
  readonly count: number;
}

/** Some examples, ready for a program. */
export interface Chunk {
  readonly size: number;
  /** Inputs, or for a program with a table their places in it: int64 [size]. */
  readonly x: AnyTensor;
  readonly labels: AnyTensor;
}

/**
 * A set of examples cut into chunks of one size (and a shorter last one), in a fixed order: the same chunks serve every
 * evaluation. On the CPU chunks are views of the examples; elsewhere they are uploaded once.
 */
export class ChunkedExamples {
  readonly count: number;
  readonly chunks: readonly Chunk[];

  constructor(examples: Examples, inputShape: Shape, chunkSize: number, backend: Backend) {
    this.count = examples.count;
    const width = sizeOf(inputShape);
    const labels = BigInt64Array.from({ length: examples.count }, (_, index) => BigInt(examples.labels[index]!));
    const place = (tensor: HostTensor): AnyTensor => (backend.device === 'cpu' ? tensor : backend.upload(tensor));
    this.chunks = Array.from({ length: Math.ceil(examples.count / chunkSize) }, (_, index) => {
      const [from, to] = [index * chunkSize, Math.min(examples.count, (index + 1) * chunkSize)];
      const shape = [to - from, ...inputShape];
      return {
        size: to - from,
        x: place({ dtype: 'float32', shape, data: examples.inputs.subarray(from * width, to * width) }),
        labels: place({ dtype: 'int64', shape: [to - from], data: labels.subarray(from, to) }),
      };
    });
  }

  /** What `make` gives for each size that a chunk has: one program for each. When one fails, the others are released. */
  async forSizes<P extends Releasable>(make: (size: number) => Promise<P>): Promise<ReadonlyMap<number, P>> {
    const sizes = [...new Set(this.chunks.map((chunk) => chunk.size))];
    const made = await Promise.allSettled(sizes.map(async (size) => [size, await make(size)] as const));
    const failed = made.find(({ status }) => status === 'rejected');
    const programs = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (!failed) return new Map(programs);
    for (const [, program] of programs) await program.release();
    throw (failed as PromiseRejectedResult).reason;
  }

  release(): void {
    for (const { x, labels } of this.chunks)
      for (const tensor of [x, labels]) if ('dispose' in tensor) tensor.dispose();
  }
}
