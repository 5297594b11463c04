import { hostTensor, type DType } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { constant, div, matmul, maximum, mul, reshape, slice, sqrt, sub, zerosLike } from '../../ops/index.ts';

/** A constant matrix [rows, columns] of zeros and ones. */
function indicator(
  rows: number,
  columns: number,
  dtype: DType,
  holds: (row: number, column: number) => boolean,
): Tensor {
  const elements = Array.from({ length: rows * columns }, (_, at) =>
    Number(holds(Math.floor(at / columns), at % columns)),
  );
  return constant(hostTensor(dtype, [rows, columns], elements));
}

/** The unit matrix of a size, as a constant. */
export const unitMatrix = (size: number, dtype: DType): Tensor =>
  indicator(size, size, dtype, (row, column) => row === column);

/** What divides an empty tail of probabilities: 0/0 stands for 0. */
const smallest = 1e-30;

/**
 * The covariance of one draw, `diag(p) − ppᵀ`, as `Σ_k u_k u_kᵀ` with one vector less than there are classes, which is its
 * rank: its Cholesky factor in closed form (Tanabe and Sagae, 1992). With tails `q_k = Σ_{j>k} p_j`,
 * `u_k = √(p_k q_k/(p_k + q_k)) · (e_k − p_{j>k}/q_k)`: sums and quotients of positive numbers only.
 *
 * @param p probabilities [n, classes]
 * @returns u [n, classes − 1, classes]; for a single class [n, 1, 1] zeros
 */
export function multinomialFactor(p: Tensor): Tensor {
  const [n, classes] = p.shape as [number, number];
  // One class alone has no variance.
  if (classes === 1) return zerosLike({ dtype: p.dtype, shape: [n, 1, 1] });
  const columns = classes - 1;
  const head = slice(p, 1, 0, columns);
  const above = indicator(columns, classes, p.dtype, (row, column) => column > row);
  const tail = matmul(p, above, { transB: true });
  const all = matmul(
    p,
    indicator(columns, classes, p.dtype, (row, column) => column >= row),
    { transB: true },
  );
  const scale = sqrt(mul(head, div(tail, maximum(all, smallest))));
  const share = div(mul(reshape(p, [n, 1, classes]), above), reshape(maximum(tail, smallest), [n, columns, 1]));
  const own = indicator(columns, classes, p.dtype, (row, column) => row === column);
  return mul(sub(own, share), reshape(scale, [n, columns, 1]));
}
