import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { add } from './elementwise.ts';

export interface MatMulOptions {
  /** Use `Aᵀ` (of the last two axes). */
  readonly transA?: boolean;
  /** Use `Bᵀ` (of the last two axes). */
  readonly transB?: boolean;
}

/** Matrix product `op(A)·op(B)` over the last two axes; leading axes broadcast. */
export const matmul = (a: Tensor, b: Tensor, { transA = false, transB = false }: MatMulOptions = {}): Tensor =>
  apply('MatMul', [a, b], { transA, transB });

/** `x·Wᵀ + b`: x [n, …, in], W [out, in], b [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, weight, { transB: true });
  return bias ? add(product, bias) : product;
}
