import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { add } from './elementwise.ts';
import { reshape } from './basic.ts';

export interface MatMulOptions {
  /** Use `Aᵀ` (of the last two axes). */
  readonly transA?: boolean;
  /** Use `Bᵀ` (of the last two axes). */
  readonly transB?: boolean;
}

/**
 * Matrix product `op(A)·op(B)` over the last two axes; leading axes broadcast. A batch of matrices times one matrix is
 * computed as one product of stacked rows.
 */
export function matmul(a: Tensor, b: Tensor, { transA = false, transB = false }: MatMulOptions = {}): Tensor {
  if (a.rank > 2 && b.rank === 2 && !transA) {
    const rows = reshape(a, [-1, a.shape[a.rank - 1]!]);
    const product = apply('MatMul', [rows, b], { transA, transB });
    return reshape(product, [...a.shape.slice(0, -1), product.shape[1]!]);
  }
  return apply('MatMul', [a, b], { transA, transB });
}

/** `x·Wᵀ + b`: x [n, in], W [out, in], b [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, weight, { transB: true });
  return bias ? add(product, bias) : product;
}
