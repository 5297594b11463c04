import { sizeOf, type Shape } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, concat, matmul, mul, reshape, square, sum, transpose, type ExampleGradients } from '../ops/index.ts';

/** What follows from gradients of single examples: norms, inner products, second moments, or the gradients themselves. */

type Products = Extract<ExampleGradients, { readonly kind: 'products' }>;

const flat = (x: Tensor): Tensor => reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);

/** `Σ_k x_ik y_ik`: [n, …] → [n]. */
const rowProducts = (x: Tensor, y: Tensor): Tensor => sum(flat(x === y ? square(x) : mul(x, y)), { axes: [1] });

/** `Σ_p d_ip x_ipᵀ`: [n, a, b]. */
const matrices = ({ cotangents, inputs }: Products): Tensor => matmul(cotangents, inputs, { transB: true });

/** `d_pᵀ e_q`: [n, P, P] from [n, a, P] twice. */
const gram = (d: Tensor, e: Tensor): Tensor => matmul(d, e, { transA: true });

/**
 * Inner products of the gradients of each example, `⟨g_i, h_i⟩`: [n]. Of gradients by factors `Σ_p d_p x_pᵀ` and
 * `Σ_q e_q y_qᵀ` it takes the cheaper of two ways: building the matrices, P·a·b multiplications, or
 * `Σ_pq (d_p·e_q)(x_p·y_q)`, P²·(a + b). A linear layer has P = 1.
 *
 * @param g gradients in one parameter
 * @param h gradients in the same one, for another cotangent
 */
export function innerProducts(g: ExampleGradients, h: ExampleGradients): Tensor {
  if (g.kind === 'explicit' || h.kind === 'explicit') return rowProducts(rows(g), rows(h));
  const [, a, positions] = g.cotangents.shape as [number, number, number];
  const b = g.inputs.shape[1]!;
  if (positions === 1) return mul(rowProducts(g.cotangents, h.cotangents), rowProducts(g.inputs, h.inputs));
  if (positions * (a + b) < a * b) return rowProducts(gram(g.cotangents, h.cotangents), gram(g.inputs, h.inputs));
  const own = matrices(g);
  return rowProducts(own, g === h ? own : matrices(h));
}

/** `‖g_i‖²`: [n]. */
export const squaredNorms = (gradients: ExampleGradients): Tensor => innerProducts(gradients, gradients);

/** The gradients as rows [n, size], in the order of the operand's elements unless they are transposed. */
const rows = (gradients: ExampleGradients): Tensor =>
  flat(gradients.kind === 'explicit' ? gradients.gradient : matrices(gradients));

/** The gradients of each example in an operand of `shape`: [n, …shape]. */
export function explicitIn(gradients: ExampleGradients, shape: Shape): Tensor {
  if (gradients.kind === 'explicit') return gradients.gradient;
  const all = matrices(gradients);
  const placed = gradients.transposed ? transpose(all, [0, 2, 1]) : all;
  return reshape(placed, [all.shape[0]!, ...shape]);
}

/**
 * `Σ_i (g_i)_k²` for every element k of an operand of `shape`: a sum over examples. A linear layer's is the product
 * `(D∘D)ᵀ(X∘X)`; sums over positions are taken before they are squared.
 */
export function secondMoments(gradients: ExampleGradients, shape: Shape): Tensor {
  if (gradients.kind === 'explicit') return sum(square(gradients.gradient), { axes: [0] });
  const { cotangents, inputs, transposed } = gradients;
  if (cotangents.shape[2] !== 1) return sum(square(explicitIn(gradients, shape)), { axes: [0] });
  const [d, x] = [square(flat(cotangents)), square(flat(inputs))];
  return reshape(transposed ? matmul(x, d, { transA: true }) : matmul(d, x, { transA: true }), shape);
}

/**
 * Fewer rows of inputs than this, and joining the cotangents costs more than one large product saves. Measured on the CPU with
 * nine cotangents, 100 examples: 25 rows, 784 positions 8.4 ms apart and 6.6 ms joined, plus about 5 for joining; 150 rows,
 * 100 positions 17.3 and 9.7, plus 2.
 */
const rowsWorthJoining = 64;

/**
 * `Σ_k ⟨g_ik, h_ik⟩` of each example over several cotangents k: [n]. All share what their operator was given, so that large
 * matrices are built by one product for all cotangents.
 */
export function innerProductSum(gs: readonly ExampleGradients[], hs: readonly ExampleGradients[]): Tensor {
  const [g, h] = [joined(gs), gs === hs ? null : joined(hs)];
  if (g && (h || gs === hs)) return innerProducts(g, h ?? g);
  return gs.map((one, k) => innerProducts(one, hs[k]!)).reduce((one, other) => add(one, other));
}

/** The gradients for several cotangents as one, where that pays; else null. */
function joined(gradients: readonly ExampleGradients[]): ExampleGradients | null {
  const products = gradients.flatMap((one) => (one.kind === 'products' ? [one] : []));
  const [first] = products;
  if (!first || first.cotangents.shape[2] === 1 || first.inputs.shape[1]! < rowsWorthJoining) return null;
  return {
    ...first,
    cotangents: concat(
      products.map(({ cotangents }) => cotangents),
      1,
    ),
  };
}
