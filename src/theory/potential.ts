import { hostTensor, toFloat64, type HostTensor } from '../base/index.ts';
import { grad } from '../autodiff/index.ts';
import type { Tensor } from '../graph/index.ts';
import { sum } from '../ops/index.ts';
import { readTensor, type Runtime } from '../runtime/index.ts';
import { wrongUse } from './check.ts';
import type { Points } from './points.ts';

/**
 * A loss of a few parameters, for many points at once. In graphs points are columns, x [d, n], so that operators run along
 * many points instead of few coordinates (a fifth of the time).
 */
export interface Potential {
  readonly name: string;
  /** d */
  readonly dimension: number;
  /** U at each point: x [d, n] → [n]. Element i of the result depends on column i of x only. */
  value(x: Tensor): Tensor;
}

/** Element type of what a graph computes: `float64` on the CPU, `float32` where the device has no other. */
export type Precision = 'float32' | 'float64';

/** ∇U at each point, by reverse mode: [d, n] → [d, n]. Points are independent, so the gradient of the sum is all gradients. */
export const gradientOf = (potential: Potential, x: Tensor): Tensor =>
  grad((at: Tensor) => sum(potential.value(at)))(x);

/** Throws `USAGE` unless points have the dimension of what is evaluated at them. */
export function requireDimension(subject: string, expected: number, points: Points): void {
  if (points.dimension !== expected) throw wrongUse(subject, `points of ${expected} dimensions`, points.dimension);
}

/** Points as a tensor [d, n], one column each. */
export function asTensor({ count, dimension, coordinates }: Points, precision: Precision): HostTensor {
  return hostTensor(precision, [dimension, count], transposed(coordinates, count, dimension));
}

/** The points of a tensor [d, n]. */
export function asPoints(tensor: HostTensor): Points {
  const [dimension, count] = tensor.shape as [number, number];
  return { count, dimension, coordinates: transposed(toFloat64(tensor), dimension, count) };
}

/** A matrix [rows, columns], row by row, as [columns, rows]. */
function transposed(values: Float64Array, rows: number, columns: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column]!;
  return result;
}

/** Values and gradients at many points. */
export interface Evaluated {
  /** U: n numbers. */
  readonly values: Float64Array<ArrayBuffer>;
  /** ∇U at each point. */
  readonly gradients: Points;
}

/**
 * U and ∇U at all points, in one program. Throws `USAGE` for points of another dimension.
 *
 * @param precision default `float64`
 */
export async function evaluate(
  runtime: Runtime,
  potential: Potential,
  points: Points,
  precision: Precision = 'float64',
): Promise<Evaluated> {
  requireDimension(potential.name, potential.dimension, points);
  const x = asTensor(points, precision);
  const program = await runtime.compile(
    (at: Tensor) => ({ values: potential.value(at), gradients: gradientOf(potential, at) }),
    { dtype: x.dtype, shape: x.shape },
    { name: potential.name },
  );
  try {
    const { values, gradients } = await program.run(x);
    return {
      values: toFloat64(await readTensor(values)),
      gradients: asPoints(await readTensor(gradients)),
    };
  } finally {
    await program.release();
  }
}
