import { valueAndGrad } from '../autodiff/index.ts';
import type { Vector } from '../linop/index.ts';
import { sum } from '../ops/index.ts';
import { disposeTree } from '../runtime/index.ts';
import { parameterLayout, type ParameterLayout } from './layout.ts';
import { placedPoint, requireExamples, type MeasuredNetwork, type NetworkPoint } from './network.ts';
import type { CurvatureOptions } from './operator.ts';
import { lossesOf } from './passes.ts';
import { ChunkPrograms, toVector } from './programs.ts';

/** Loss and gradient at one point. */
export interface MeanGradient {
  /** `L = 1/N Σ ℓ_i + R(θ)`, nat for cross-entropy. */
  readonly loss: number;
  /** `ḡ = ∂L/∂θ`: the mean over examples, the penalty's included. */
  readonly gradient: Vector;
}

/** The mean gradient over all examples of a network, at its own point or others. */
export interface FullGradient {
  readonly layout: ParameterLayout;
  /** Throws `RUNTIME_INPUT` for tensors that are not the model's. */
  at(point: NetworkPoint): Promise<MeanGradient>;
  release(): Promise<void>;
}

/**
 * Compiles the gradient of the mean loss in all parameters, or in those of `options`. Throws `USAGE` for no examples or
 * unknown parameters.
 */
export async function createFullGradient(
  network: MeasuredNetwork,
  options: Pick<CurvatureOptions, 'parameters'> = {},
): Promise<FullGradient> {
  const { objective, runtime, examples, dtype = 'float32' } = network;
  requireExamples('gradient', network);
  const layout = parameterLayout(objective.model, options.parameters);
  const programs = await ChunkPrograms.compile(network, layout, {
    name: 'gradient',
    width: 0,
    sums: (chunk) => {
      const losses = lossesOf(network, chunk);
      const { value, gradient } = valueAndGrad((theta: typeof chunk.theta) => sum(losses(theta)))(chunk.theta);
      return { vectors: [gradient], scalars: [value] };
    },
  });
  return {
    layout,
    async at(point) {
      const placed = await placedPoint(objective.model, point, dtype, runtime.backend);
      try {
        const { vectors, scalars } = await programs.run(placed, []);
        const gradient = vectors[0]!.map((total) => total / examples.count);
        return { loss: scalars[0]! / examples.count, gradient: toVector(gradient, dtype) };
      } finally {
        disposeTree([placed.parameters, placed.buffers]);
      }
    },
    release: () => programs.release(),
  };
}
