import { toFloat64 } from '../base/index.ts';
import { jvp } from '../autodiff/index.ts';
import { inverse } from 'ml-matrix';
import type { Tensor } from '../graph/index.ts';
import { concat, expand } from '../ops/index.ts';
import { asHost, type Program, type Runtime } from '../runtime/index.ts';
import type { TensorType } from '../base/index.ts';
import { wrongUse } from './check.ts';
import type { EmpiricalRisk } from './empirical-risk.ts';
import { asMatrix, symmetricRows } from './matrix.ts';
import { gradientOf, type Potential } from './potential.ts';
import { fullMatrix, gradientCovarianceOf } from './stochastic-gradient.ts';
import { constantLike } from './surfaces.ts';

/** What the theory of SGD near a point is made of. */
export interface LocalGeometry {
  readonly point: readonly number[];
  readonly value: number;
  /** ∇f */
  readonly gradient: readonly number[];
  /** H = ∇²f */
  readonly hessian: number[][];
  /** σ²: covariance of the gradients of the examples, with the divisor N. */
  readonly covariance: number[][];
}

type Outputs = {
  readonly value: Tensor;
  readonly gradient: Tensor;
  readonly hessian: Tensor;
  readonly covariance: Tensor;
};

/** Measures gradient, Hessian and gradient covariance of an empirical risk at single points, in float64. */
export class Surveyor {
  readonly #risk: EmpiricalRisk;
  readonly #program: Program<TensorType, Outputs>;

  private constructor(risk: EmpiricalRisk, program: Program<TensorType, Outputs>) {
    this.#risk = risk;
    this.#program = program;
  }

  static async create(runtime: Runtime, risk: EmpiricalRisk): Promise<Surveyor> {
    const fn = (x: Tensor): Outputs => ({
      value: risk.value(x),
      gradient: gradientOf(risk, x),
      hessian: hessianOf(risk, x),
      covariance: fullMatrix(gradientCovarianceOf(risk, x)),
    });
    const type: TensorType = { dtype: 'float64', shape: [risk.dimension, 1] };
    return new Surveyor(risk, await runtime.compile(fn, type, { name: `geometry of ${risk.name}` }));
  }

  /** Throws `USAGE` for a point of another dimension. */
  async at(point: readonly number[]): Promise<LocalGeometry> {
    const d = this.#risk.dimension;
    if (point.length !== d) throw wrongUse(this.#risk.name, `a point of ${d} coordinates`, point.length);
    const data = Float64Array.from(point);
    const outputs = await this.#program.run({ dtype: 'float64', shape: [d, 1], data });
    const numbers = (name: keyof Outputs): number[] => [...toFloat64(asHost(outputs[name]))];
    const matrix = (name: keyof Outputs): number[][] => {
      const flat = numbers(name);
      return symmetricRows(asMatrix(point.map((_, row) => flat.slice(row * d, (row + 1) * d))));
    };
    return {
      point: [...point],
      value: numbers('value')[0]!,
      gradient: numbers('gradient'),
      hessian: matrix('hessian'),
      covariance: matrix('covariance'),
    };
  }

  async release(): Promise<void> {
    await this.#program.release();
  }
}

/** Columns of H one below the other: [d·d, n], by forward over reverse mode. */
function hessianOf(potential: Potential, x: Tensor): Tensor {
  const columns = Array.from({ length: potential.dimension }, (_, axis) => {
    const unit = Array.from({ length: potential.dimension }, (__, index) => (index === axis ? 1 : 0));
    const direction = expand(constantLike(x, [potential.dimension, 1], unit), x.shape);
    return jvp((at: Tensor) => gradientOf(potential, at), x, direction).tangent;
  });
  return concat(columns, 0);
}

export interface MinimumOptions {
  /** Largest norm of the gradient at the minimum; default 10⁻¹². */
  readonly tolerance?: number;
  /** Default 100. */
  readonly steps?: number;
}

/**
 * The minimum of a strictly convex risk by Newton's method, `x ← x − t·H⁻¹∇f` with t halved until f does not grow, and the
 * geometry there. Throws `USAGE` where it is not found.
 */
export async function findMinimum(
  surveyor: Surveyor,
  start: readonly number[],
  { tolerance = 1e-12, steps = 100 }: MinimumOptions = {},
): Promise<LocalGeometry> {
  let here = await surveyor.at(start);
  for (let step = 0; step < steps && Math.hypot(...here.gradient) > tolerance; step++) {
    const direction = inverse(asMatrix(here.hessian)).mmul(asMatrix(here.gradient.map((slope) => [slope])));
    here = await descend(surveyor, here, direction.to1DArray());
  }
  const norm = Math.hypot(...here.gradient);
  if (!(norm <= tolerance)) throw wrongUse('minimum', `a gradient below ${tolerance} after ${steps} steps`, norm);
  return here;
}

async function descend(surveyor: Surveyor, from: LocalGeometry, direction: readonly number[]): Promise<LocalGeometry> {
  for (let share = 1; share > 1e-6; share /= 2) {
    const next = await surveyor.at(from.point.map((value, axis) => value - share * direction[axis]!));
    // At the minimum values differ by rounding only.
    if (next.value <= from.value + 1e-14 * Math.abs(from.value)) return next;
  }
  throw wrongUse('minimum', 'a direction in which the value falls', 'none');
}
