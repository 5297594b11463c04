import { allocate, toFloat64, type HostTensor, type RandomStream } from '../base/index.ts';
import { cast, softmax } from '../ops/index.ts';
import { asHost } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes } from '../train/index.ts';
import type { MeasuredNetwork, NetworkPoint } from './network.ts';

/** What a network predicts: `softmax(s)` of each example. */
export interface Probabilities {
  /** A tensor [n, classes] for each chunk, in order. */
  at(point: NetworkPoint): Promise<HostTensor[]>;
  release(): Promise<void>;
}

/** Compiles {@link Probabilities} for the chunks of a network. */
export async function compileProbabilities(network: MeasuredNetwork): Promise<Probabilities> {
  const { examples } = network;
  const programs = await examples.forSizes((size) => compileChunk(network, size));
  return {
    async at({ parameters, buffers }) {
      const results: HostTensor[] = [];
      for (const { size, x } of examples.chunks)
        results.push(asHost((await programs.get(size)!.run({ parameters, buffers, x })).probabilities));
      return results;
    },
    async release() {
      for (const program of programs.values()) await program.release();
    },
  };
}

function compileChunk({ runtime, objective: { model }, mode, dtype = 'float32' }: MeasuredNetwork, size: number) {
  const { x } = batchTypes(model, size);
  return runtime.compile(
    ({ parameters, buffers, x: inputs }) => ({
      probabilities: softmax(model.forward(parameters, buffers, cast(inputs, dtype), mode).scores),
    }),
    { parameters: parameterTypes(model, dtype), buffers: bufferTypes(model, dtype), x },
    { name: 'probabilities' },
  );
}

/** What is predicted: the class of largest probability of each example, the first of those that tie. */
export function likeliestClasses(chunks: readonly HostTensor[]): number[] {
  return chunks.flatMap((probabilities) => {
    const [examples, classes] = probabilities.shape as [number, number];
    const p = toFloat64(probabilities);
    return Array.from({ length: examples }, (_, example) => {
      const row = p.subarray(example * classes, (example + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
  });
}

/**
 * How often each class comes in `samples` independent draws for each example, of the type and shape of `probabilities`
 * [n, classes]: rows that sum to `samples`. By inversion of the distribution function, one uniform number a draw.
 */
export function drawClasses(probabilities: HostTensor, samples: number, stream: RandomStream): HostTensor {
  const [examples, classes] = probabilities.shape as [number, number];
  const dtype = probabilities.dtype === 'float64' ? 'float64' : 'float32';
  const p = toFloat64(probabilities);
  const counts = allocate(dtype, p.length);
  for (let example = 0; example < examples; example++) {
    const row = p.subarray(example * classes, (example + 1) * classes);
    // Probabilities of the runtime add up to 1 only within rounding.
    const total = row.reduce((sum, value) => sum + value, 0);
    for (let sample = 0; sample < samples; sample++) {
      const drawn = example * classes + classAt(row, stream.uniform() * total);
      counts[drawn] = counts[drawn]! + 1;
    }
  }
  return { dtype, shape: probabilities.shape, data: counts };
}

/** The class whose part of `[0, Σp)` holds `place`; the last with a part of its own where rounding leaves none. */
function classAt(p: Float64Array, place: number): number {
  let below = 0;
  for (let index = 0; index < p.length; index++) {
    below += p[index]!;
    if (place < below) return index;
  }
  return p.findLastIndex((value) => value > 0);
}
