import { formatType, hostTensor, sizeOf, ThalwegError, type HostTensor } from '../base/index.ts';
import { parameterLayout, type NetworkPoint } from '../curvature/index.ts';
import { typeOf, zeros, type Vector } from '../linop/index.ts';
import type { Buffer, Model } from '../nn/index.ts';
import { readAll, type HostPoint } from './network.ts';

/** Checkpoints of a run, in their order; the last one is the centre of the plane. */
export interface Trajectory {
  readonly count: number;
  /** θ_k and its running statistics. Called more than once for each k, so that few are in memory at a time. */
  at(index: number): Promise<NetworkPoint>;
}

/** A direction, also as one vector. */
export interface Axis {
  readonly vector: Vector;
  readonly point: HostPoint;
}

/**
 * `Σ_k c_k·(θ_k − θ_final)` for each of two rows of coefficients c, of parameters and of running statistics; summed in float64,
 * one checkpoint in memory at a time.
 */
export async function combinedAxes(
  model: Model,
  trajectory: Trajectory,
  coefficients: readonly [Float64Array, Float64Array],
): Promise<[Axis, Axis]> {
  const last = trajectory.count - 1;
  const final = await flatPoint(model, await trajectory.at(last));
  const [one, other] = [new AxisSum(model, final), new AxisSum(model, final)];
  for (let k = 0; k < last; k++) {
    const point = await flatPoint(model, await trajectory.at(k));
    one.add(coefficients[0][k]!, point);
    other.add(coefficients[1][k]!, point);
  }
  return [one.axis(), other.axis()];
}

interface FlatPoint {
  readonly theta: Vector;
  /** Elements of each buffer, in the model's order. */
  readonly buffers: readonly Vector[];
}

async function flatPoint(model: Model, { parameters, buffers }: NetworkPoint): Promise<FlatPoint> {
  const statistics = await readAll(buffers);
  return {
    theta: parameterLayout(model).flatten(await readAll(parameters)),
    buffers: model.buffers.map((buffer) => elementsOf(buffer, statistics[buffer.name])),
  };
}

function elementsOf({ name, shape }: Buffer, tensor: HostTensor | undefined): Vector {
  if (tensor?.dtype === 'float32' || tensor?.dtype === 'float64') {
    const data = tensor.data as Vector;
    if (data.length === sizeOf(shape)) return data;
  }
  const came = tensor ? formatType(tensor) : 'nothing';
  throw new ThalwegError(
    'RUNTIME_INPUT',
    `buffer "${name}": expected ${formatType({ dtype: 'float32', shape })}, got ${came}`,
  );
}

/** A running sum of weighted differences to the final point. */
class AxisSum {
  readonly #model: Model;
  readonly #final: FlatPoint;
  readonly #theta: Float64Array<ArrayBuffer>;
  readonly #buffers: readonly Float64Array<ArrayBuffer>[];

  constructor(model: Model, final: FlatPoint) {
    this.#model = model;
    this.#final = final;
    this.#theta = new Float64Array(final.theta.length);
    this.#buffers = final.buffers.map(({ length }) => new Float64Array(length));
  }

  add(weight: number, { theta, buffers }: FlatPoint): void {
    addDifference(this.#theta, weight, theta, this.#final.theta);
    this.#buffers.forEach((sum, index) => addDifference(sum, weight, buffers[index]!, this.#final.buffers[index]!));
  }

  axis(): Axis {
    const vector = zeros(typeOf(this.#final.theta), this.#theta.length);
    vector.set(this.#theta);
    const buffers = this.#model.buffers.map(({ name, shape }, index): [string, HostTensor] => [
      name,
      hostTensor('float32', shape, this.#buffers[index]!),
    ]);
    const parameters = parameterLayout(this.#model).unflatten(vector);
    return { vector, point: { parameters, buffers: Object.fromEntries(buffers) } };
  }
}

/** `total ← total + weight·(u − v)`. */
function addDifference(total: Float64Array, weight: number, u: Vector, v: Vector): void {
  for (let index = 0; index < total.length; index++) total[index]! += weight * (u[index]! - v[index]!);
}
