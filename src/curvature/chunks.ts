import type { Releasable } from '../runtime/index.ts';
import type { Chunk, ChunkedExamples } from '../train/index.ts';

/** Takes the chunks one after the other, each with the program for its size; `from` is the number of its first example. */
export type ForEachChunk<P> = (use: (program: P, chunk: Chunk, from: number) => Promise<void>) => Promise<void>;

/** Programs for all chunks of some examples. */
export interface CompiledChunks<P> {
  readonly forEachChunk: ForEachChunk<P>;
  readonly release: () => Promise<void>;
}

/** Compiles a program for each size that a chunk has. */
export async function compileChunks<P extends Releasable>(
  examples: ChunkedExamples,
  compile: (size: number) => Promise<P>,
): Promise<CompiledChunks<P>> {
  const programs = await examples.forSizes(compile);
  return {
    async forEachChunk(use) {
      let from = 0;
      for (const chunk of examples.chunks) {
        await use(programs.get(chunk.size)!, chunk, from);
        from += chunk.size;
      }
    },
    async release() {
      for (const program of programs.values()) await program.release();
    },
  };
}

/** What `measure` makes of the examples with the programs that `compile` gives for each size of a chunk; releases them. */
export async function overChunks<P extends Releasable>(
  examples: ChunkedExamples,
  compile: (size: number) => Promise<P>,
  measure: (forEachChunk: ForEachChunk<P>) => Promise<void>,
): Promise<void> {
  const programs = await compileChunks(examples, compile);
  try {
    await measure(programs.forEachChunk);
  } finally {
    await programs.release();
  }
}
