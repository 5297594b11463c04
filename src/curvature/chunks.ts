import type { Chunk, ChunkedExamples } from '../train/index.ts';

interface Releasable {
  release(): Promise<void>;
}

/** Takes the chunks one after the other, each with the program for its size; `from` is the number of its first example. */
export type ForEachChunk<P> = (use: (program: P, chunk: Chunk, from: number) => Promise<void>) => Promise<void>;

/** What `measure` makes of the examples with the programs that `compile` gives for each size of a chunk; releases them. */
export async function overChunks<P extends Releasable>(
  examples: ChunkedExamples,
  compile: (size: number) => Promise<P>,
  measure: (forEachChunk: ForEachChunk<P>) => Promise<void>,
): Promise<void> {
  const programs = await examples.forSizes(compile);
  try {
    await measure(async (use) => {
      let from = 0;
      for (const chunk of examples.chunks) {
        await use(programs.get(chunk.size)!, chunk, from);
        from += chunk.size;
      }
    });
  } finally {
    for (const program of programs.values()) await program.release();
  }
}
