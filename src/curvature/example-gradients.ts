import { perExampleGradients } from '../autodiff/index.ts';
import { onesLike } from '../ops/index.ts';
import { asHost } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes, type ChunkedExamples } from '../train/index.ts';
import type { MeasuredNetwork, NetworkPoint } from './network.ts';

/** Gradients of single examples, element by element. */
export interface ExampleGradientsPass {
  /**
   * Hands over the gradients of each chunk, by parameter: [chunk, …shape of the parameter], without the penalty. They live until
   * `use` returns. Memory: a chunk's examples times parameters.
   */
  forEach(
    point: NetworkPoint,
    examples: ChunkedExamples,
    use: (name: string, gradients: Float32Array<ArrayBuffer>) => void,
  ): Promise<void>;
  release(): Promise<void>;
}

/**
 * Compiles a pass that forms every gradient `g_i = ∇ℓ_i`; sums over them are cheaper without ({@link createGradientMoments}). Throws
 * `NO_PER_EXAMPLE_RULE` where examples mix (batch normalisation in train mode).
 */
export async function createExampleGradients(network: MeasuredNetwork): Promise<ExampleGradientsPass> {
  const programs = new Map(await network.examples.forSizes((size) => compileExplicit(network, size)));
  return {
    async forEach({ parameters, buffers }, { chunks }, use) {
      for (const { size, x, labels } of chunks) {
        if (!programs.has(size)) programs.set(size, await compileExplicit(network, size));
        const gradients = await programs.get(size)!.run({ parameters, buffers, x, labels });
        for (const [name, tensor] of Object.entries(gradients))
          use(name, asHost(tensor).data as Float32Array<ArrayBuffer>);
      }
    },
    async release() {
      for (const program of programs.values()) await program.release();
    },
  };
}

function compileExplicit({ runtime, objective: { model, loss }, mode }: MeasuredNetwork, size: number) {
  return runtime.compile(
    ({ parameters, buffers, x, labels }) => {
      const losses = loss(model.forward(parameters, buffers, x, mode).scores, labels);
      const gradients = perExampleGradients(losses, parameters, [x, labels])(onesLike(losses));
      return Object.fromEntries(Object.entries(gradients).map(([name, own]) => [name, own.explicit()]));
    },
    { parameters: parameterTypes(model), buffers: bufferTypes(model), ...batchTypes(model, size) },
    { name: 'example-gradients' },
  );
}
