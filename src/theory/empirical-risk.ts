import type { Tensor } from '../graph/index.ts';
import {
  add,
  constant,
  exp,
  gather,
  log,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  reshape,
  slice,
  square,
  sub,
  sum,
  abs,
} from '../ops/index.ts';
import { hostTensor } from '../base/index.ts';
import { requireNonNegative, requireWhole, wrongUse } from './check.ts';
import { requireSymmetric, type SquareMatrix } from './matrix.ts';
import type { Potential } from './potential.ts';
import { constantLike, quadratic } from './surfaces.ts';
import { randomStream } from '../base/index.ts';

/**
 * A loss that is the mean of the losses of N examples, `f(x) = (1/N) Σ_i ℓ_i(x)`: what mini-batches are drawn from (rows F-ricc,
 * F-sde). The covariance of the gradients of its examples is σ²(x), with the divisor N, as for a batch that is drawn
 * with replacement.
 */
export interface EmpiricalRisk extends Potential {
  /** N */
  readonly examples: number;
  /**
   * Losses of examples: x [d, n] → [m, n], entry (j, i) of example `rows[j, i]` at point i.
   *
   * @param rows int64 [m, n]; default: all N examples, in order, at every point
   */
  losses(x: Tensor, rows?: Tensor): Tensor;
}

/** Examples of a binary classification. */
export interface Labelled {
  /** One row of d features for each example. */
  readonly features: readonly (readonly number[])[];
  /** 0 or 1 */
  readonly labels: readonly number[];
}

/**
 * Logistic regression with weight decay: `ℓ_i(x) = log(1 + exp(s_i)) − y_i s_i + ½ρ‖x‖²` with `s_i = a_iᵀx`. A feature that is 1
 * for all examples makes a bias. With ρ > 0 there is one minimum.
 *
 * Throws `USAGE` for no examples, rows of different lengths, labels other than 0 and 1, or ρ < 0.
 *
 * @param decay ρ ≥ 0
 */
export function logisticRegression({ features, labels }: Labelled, decay: number): EmpiricalRisk {
  const subject = 'logistic regression';
  const dimension = requireRows(subject, features);
  requireNonNegative(subject, 'weight decay', decay);
  if (labels.length !== features.length || labels.some((label) => label !== 0 && label !== 1))
    throw wrongUse(subject, `a label of 0 or 1 for each of ${features.length} examples`, labels.join(', '));
  const losses = (x: Tensor, rows?: Tensor): Tensor => {
    const score = scores(x, features, rows);
    const label = rows
      ? gather(constantLike(x, [labels.length], labels), rows)
      : constantLike(x, [labels.length, 1], labels);
    // log(1 + exp s) without overflow.
    const softplus = add(maximum(score, 0), log(add(exp(neg(abs(score))), 1)));
    return add(sub(softplus, mul(label, score)), mul(sum(square(x), { axes: [0], keep: true }), decay / 2));
  };
  return risk(subject, dimension, features.length, losses);
}

/**
 * Quadratics that differ by a linear term: `ℓ_i(x) = ½ xᵀHx − b_iᵀx`, so that `∇ℓ_i = Hx − b_i`: the noise of a mini-batch is
 * additive and the same everywhere, σ² = Cov(b). `f` has its minimum at `H⁻¹ b̄`.
 *
 * Throws `USAGE` unless H is symmetric and there is at least one shift, each of H's size.
 *
 * @param shifts b_i: one row for each example
 */
export function shiftedQuadratics(hessian: SquareMatrix, shifts: readonly (readonly number[])[]): EmpiricalRisk {
  const subject = 'shifted quadratics';
  requireSymmetric(subject, hessian);
  const dimension = requireRows(subject, shifts);
  if (dimension !== hessian.length) throw wrongUse(subject, `shifts of ${hessian.length} elements`, dimension);
  const bowl = quadratic(hessian);
  const losses = (x: Tensor, rows?: Tensor): Tensor => sub(bowl.value(x), scores(x, shifts, rows));
  return risk(subject, dimension, shifts.length, losses);
}

/**
 * N examples for {@link logisticRegression} from the stream of `seed`: standard normal features, the first of them 1 (the bias),
 * and labels drawn with the probability `1/(1 + exp(−aᵀw))`.
 *
 * @param weights w: the model that the labels follow, one for each feature
 */
export function logisticExamples(count: number, weights: readonly number[], seed: number): Labelled {
  requireWhole('logistic examples', 'examples', count, 1);
  if (weights.length === 0) throw wrongUse('logistic examples', 'at least one weight', 'none');
  const stream = randomStream(seed, 'theory', 'logistic');
  const features = Array.from({ length: count }, () => weights.map((_, axis) => (axis === 0 ? 1 : stream.normal())));
  const labels = features.map((row) => {
    const score = row.reduce((total, value, axis) => total + value * weights[axis]!, 0);
    return stream.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  });
  return { features, labels };
}

const risk = (name: string, dimension: number, examples: number, losses: EmpiricalRisk['losses']): EmpiricalRisk => ({
  name,
  dimension,
  examples,
  losses,
  value: (x) => mean(losses(x), { axes: [0] }),
});

/** `a_iᵀx`: [m, n]. */
function scores(x: Tensor, features: readonly (readonly number[])[], rows?: Tensor): Tensor {
  const [count, dimension] = [features.length, features[0]!.length];
  if (!rows) return matmul(constant(hostTensor(x.dtype, [count, dimension], features.flat())), x);
  const terms = Array.from({ length: dimension }, (_, axis) => {
    const column = constantLike(
      x,
      [count],
      features.map((row) => row[axis]!),
    );
    return mul(gather(column, rows), reshape(slice(x, 0, axis, axis + 1), [1, -1]));
  });
  return terms.reduce((total, term) => add(total, term));
}

function requireRows(subject: string, rows: readonly (readonly number[])[]): number {
  const dimension = rows[0]?.length ?? 0;
  if (dimension === 0) throw wrongUse(subject, 'at least one example of at least one number', 'none');
  const uneven = rows.find((row) => row.length !== dimension);
  if (uneven) throw wrongUse(subject, `rows of ${dimension} numbers`, `one of ${uneven.length}`);
  return dimension;
}
