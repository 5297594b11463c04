import { toFloat64, type TensorType } from '../base/index.ts';
import { asHost } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes } from '../train/index.ts';
import { overChunks } from './chunks.ts';
import type { MeasuredNetwork } from './network.ts';
import { penaltyTrace } from './penalty-trace.ts';
import { termsByRun } from './terms.ts';
import { traceParts } from './trace-parts.ts';

/** Exact traces of the Hessians of single examples, in the order of the examples. */
export interface ExactTraces {
  /** `tr ∇²(ℓ_i + R)` of each example, the penalty's part included. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Their mean, the trace of the Hessian of the mean loss: the exact one, not an estimate. */
  readonly mean: number;
  /** Mean over examples of each parameter's part of `tr ∇²ℓ_i` (the trace of its diagonal block), without the penalty. */
  readonly byParameter: Readonly<Record<string, number>>;
  /** `tr ∇²R`, the same for every example: λ for each counted parameter of ½λ‖θ‖². */
  readonly penalty: number;
}

/**
 * Hessian traces of the loss of every example, exact and without a loop over examples:
 * `tr H_i = tr(J_iᵀ ∇²ℓ_i J_i) = Σ_k ⟨J_iᵀ l_ik, J_iᵀ r_ik⟩` with the Jacobian J_i of the scores and `∇²ℓ_i = Σ_k l_ik r_ikᵀ` in the
 * scores, for cross-entropy `diag(p) − ppᵀ` in classes − 1 terms: so many reverse passes of squared norms.
 *
 * Exact almost everywhere when the scores are piecewise linear in each parameter alone: dense and convolution layers, biases,
 * (leaky) ReLU, pooling, residual sums, batch normalisation in evaluation. Throws `NO_EXACT_TRACE` with the operator that is
 * the reason for other networks (smooth activations, batch normalisation in train mode, shared parameters), and
 * `NO_PER_EXAMPLE_RULE` where examples mix.
 */
export async function exactTraces(network: MeasuredNetwork): Promise<ExactTraces> {
  const { examples, objective, parameters, buffers } = network;
  const penalty = await penaltyTrace(network);
  const runs = termsByRun(network);
  const values = new Float64Array(examples.count).fill(penalty);
  const totals = new Map(objective.model.parameters.map(({ name }) => [name, 0]));
  await overChunks(
    examples,
    (size) => compileTraces(network, size, runs[0]!.shape[0]!),
    (forEachChunk) =>
      forEachChunk(async (program, { x, labels }, from) => {
        for (const terms of runs)
          for (const [name, part] of Object.entries(await program.run({ parameters, buffers, x, labels, terms }))) {
            const own = toFloat64(asHost(part));
            own.forEach((trace, index) => (values[from + index]! += trace));
            totals.set(
              name,
              own.reduce((sum, trace) => sum + trace, totals.get(name)!),
            );
          }
      }),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / examples.count;
  const byParameter = Object.fromEntries([...totals].map(([name, total]) => [name, total / examples.count]));
  return { values, mean, byParameter, penalty };
}

/** Parts of the traces of a chunk by parameter: [n] each. */
function compileTraces({ runtime, objective, mode }: MeasuredNetwork, size: number, width: number) {
  const { model } = objective;
  const specs = {
    parameters: parameterTypes(model),
    buffers: bufferTypes(model),
    ...batchTypes(model, size),
    terms: { dtype: 'int64', shape: [width] } as TensorType,
  };
  return runtime.compile(
    ({ parameters, buffers, x, labels, terms }) =>
      traceParts(objective, mode, { parameters, buffers }, x, labels, terms),
    specs,
    { name: 'exact-trace' },
  );
}
