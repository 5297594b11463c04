import { toFloat64, type HostTensor, type TensorType } from '../base/index.ts';
import { asHost } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes } from '../train/index.ts';
import { compileChunks } from './chunks.ts';
import type { MeasuredNetwork, NetworkPoint } from './network.ts';
import { penaltyTrace } from './penalty-trace.ts';
import { termsByRun } from './terms.ts';
import { measureOnce, type ExampleMeter } from './trace-meter.ts';
import { traceParts } from './trace-parts.ts';

type Numbers = Float64Array<ArrayBuffer>;

/** Exact traces of the Hessians of single examples, in the order of the examples. */
export interface ExactTraces {
  /** `tr ∇²(ℓ_i + R)` of each example, the penalty's part included. */
  readonly values: Float64Array<ArrayBuffer>;
  /** The part of the top layer's parameters in `tr ∇²ℓ_i` of each example, without the penalty. */
  readonly top: Float64Array<ArrayBuffer>;
  /** The mean of the values, the trace of the Hessian of the mean loss: the exact one, not an estimate. */
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
export const exactTraces = (network: MeasuredNetwork): Promise<ExactTraces> =>
  measureOnce(network, createExactTraces(network));

/** {@link exactTraces} at any number of points; throws the same, when it is made. */
export async function createExactTraces(network: MeasuredNetwork): Promise<ExampleMeter<ExactTraces>> {
  const { examples, objective } = network;
  await penaltyTrace(network);
  const runs = termsByRun(network);
  const { forEachChunk, release } = await compileChunks(examples, (size) =>
    compileTraces(network, size, runs[0]!.shape[0]!),
  );
  /** Calls `add` with the parts by parameter of the traces of examples from number `from` on, for some of the terms. */
  const run = (
    point: NetworkPoint,
    terms: HostTensor<'int64'>,
    add: (name: string, part: Numbers, from: number) => void,
  ) =>
    forEachChunk(async (program, { x, labels }, from) => {
      const { parameters, buffers } = point;
      for (const [name, part] of Object.entries(await program.run({ parameters, buffers, x, labels, terms })))
        add(name, toFloat64(asHost(part)), from);
    });
  return {
    passes: runs.length,
    async at(point) {
      const penalty = await penaltyTrace({ ...network, ...point });
      const values = new Float64Array(examples.count).fill(penalty);
      const top = new Float64Array(examples.count);
      const topNames = new Set(objective.model.topParameters);
      const totals = new Map(objective.model.parameters.map(({ name }) => [name, 0]));
      for (const terms of runs)
        await run(point, terms, (name, own, from) => {
          own.forEach((trace, index) => {
            values[from + index]! += trace;
            if (topNames.has(name)) top[from + index]! += trace;
          });
          totals.set(
            name,
            own.reduce((sum, trace) => sum + trace, totals.get(name)!),
          );
        });
      const mean = values.reduce((sum, value) => sum + value, 0) / examples.count;
      const byParameter = Object.fromEntries([...totals].map(([name, total]) => [name, total / examples.count]));
      return { values, top, mean, byParameter, penalty };
    },
    pass: (point) => run(point, runs[0]!, () => undefined),
    release,
  };
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
