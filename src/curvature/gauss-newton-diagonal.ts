import { perExampleGradients } from '../autodiff/index.ts';
import type { TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, mul, sub } from '../ops/index.ts';
import { beside } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes, type ChunkedExamples } from '../train/index.ts';
import { accumulate, zeroSums, type Sums } from './gradient-sums.ts';
import { requireExamples, type MeasuredNetwork, type NetworkPoint } from './network.ts';
import { compilePenaltyDiagonal } from './penalty-trace.ts';
import { scoreCurvature } from './score-curvature.ts';
import { picked, termsByRun } from './terms.ts';

/** The diagonal at any point, by programs that are compiled once. */
export interface GaussNewtonDiagonal {
  /** Passes over the examples that one measurement makes. */
  readonly passes: number;
  /**
   * By parameter, a mean over examples.
   * @param point default: that of the network
   * @param examples default: those of the network
   */
  at(point?: NetworkPoint, examples?: ChunkedExamples): Promise<Sums>;
  release(): Promise<void>;
}

/**
 * The diagonal of the Gauss–Newton matrix, exact: `1/N Σ_i Σ_k (J_iᵀ l_ik)∘(J_iᵀ r_ik)` with the Jacobian J_i of an example's scores in θ
 * and `∇²ℓ_i = Σ_k l_ik r_ikᵀ` in the scores (classes − 1 terms for cross-entropy), and the diagonal of the penalty's Hessian. It is the
 * diagonal of the Hessian itself where the scores are piecewise linear in each parameter alone ({@link exactTraces}).
 *
 * Throws `NO_PER_EXAMPLE_RULE` where examples mix (batch normalisation in train mode), `NO_EXACT_TRACE` for a penalty whose Hessian is
 * not diagonal by construction, `USAGE` for no examples.
 */
export async function createGaussNewtonDiagonal(network: MeasuredNetwork): Promise<GaussNewtonDiagonal> {
  requireExamples('gauss-newton diagonal', network);
  const runs = termsByRun(network);
  const width = runs[0]!.shape[0]!;
  const programs = new Map(await network.examples.forSizes((size) => compileDiagonal(network, size, width)));
  const penalty = await beside([...programs.values()], () => compilePenaltyDiagonal(network));
  return {
    passes: runs.length,
    async at({ parameters, buffers } = network, { chunks, count } = network.examples) {
      const totals = zeroSums(network.objective.model);
      for (const { size, x, labels } of chunks) {
        if (!programs.has(size)) programs.set(size, await compileDiagonal(network, size, width));
        for (const terms of runs)
          accumulate(totals, await programs.get(size)!.run({ parameters, buffers, x, labels, terms }));
      }
      for (const total of Object.values(totals)) total.forEach((value, k) => (total[k] = value / count));
      if (penalty) accumulate(totals, await penalty.run({ parameters }));
      return totals;
    },
    async release() {
      for (const program of programs.values()) await program.release();
      await penalty?.release();
    },
  };
}

/** `Σ_i Σ_k (J_iᵀ l_ik)∘(J_iᵀ r_ik)` of a chunk and some terms k, by parameter. */
function compileDiagonal({ runtime, objective: { model, loss }, mode }: MeasuredNetwork, size: number, width: number) {
  const specs = {
    parameters: parameterTypes(model),
    buffers: bufferTypes(model),
    ...batchTypes(model, size),
    terms: { dtype: 'int64', shape: [width] } as TensorType,
  };
  return runtime.compile(
    ({ parameters, buffers, x, labels, terms }) => {
      const { scores } = model.forward(parameters, buffers, x, mode);
      const gradients = perExampleGradients(scores, parameters, [x, labels]);
      const squares = (cotangent: Tensor): Record<string, Tensor> =>
        mapValues(gradients(cotangent), (own) => own.secondMoments());
      const { left, right } = scoreCurvature(loss, scores, labels);
      const lefts = picked(left, terms);
      if (left === right) return lefts.map(squares).reduce((a, b) => combined(a, b, add));
      // l∘r = ¼((l + r)² − (l − r)²)
      const rights = picked(right, terms);
      return lefts
        .map((l, k) => combined(squares(add(l, rights[k]!)), squares(sub(l, rights[k]!)), sub))
        .map((term) => mapValues(term, (value) => mul(value, 0.25)))
        .reduce((a, b) => combined(a, b, add));
    },
    specs,
    { name: 'gauss-newton-diagonal' },
  );
}

const mapValues = <T>(named: Readonly<Record<string, T>>, change: (value: T) => Tensor): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, change(value)]));

const combined = (
  a: Readonly<Record<string, Tensor>>,
  b: Readonly<Record<string, Tensor>>,
  combine: (one: Tensor, other: Tensor) => Tensor,
): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(a).map(([name, value]) => [name, combine(value, b[name]!)]));
