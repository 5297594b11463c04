import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { parameterLayout } from '../curvature/index.ts';
import { dot, norm, type Vector } from '../linop/index.ts';
import type { Model } from '../nn/index.ts';
import type { Plane } from './directions.ts';
import { gramMatrix } from './gram.ts';
import { readAll, usage } from './network.ts';
import { combinedAxes, type Trajectory } from './trajectory-axes.ts';

/** The plane through the last checkpoint along the two principal components of a trajectory. */
export interface TrajectoryPlane extends Plane {
  /** Share of the variance of the checkpoints that each axis explains. */
  readonly explained: readonly [number, number];
  /** The same for every principal component, descending; one for each checkpoint. */
  readonly spectrum: readonly number[];
  /** (a, b) of the projection of each checkpoint, in units of ‖θ‖ (the axes have length 1). */
  readonly coordinates: readonly (readonly [a: number, b: number])[];
  /** ‖θ_k − projection of θ_k‖: how far each checkpoint is from the plane. */
  readonly distances: readonly number[];
}

export interface TrajectoryOptions {
  /** Checkpoints in memory at once; default 16. More are read less often. */
  readonly held?: number;
}

/**
 * Principal components of the rows `θ_k − θ_final` (Li et al. 2018), all checkpoints among them, with their mean subtracted
 * as principal component analysis does; from the K×K Gram matrix, so that nothing is larger than a few parameter vectors.
 * The plane itself goes through θ_final. The signs of the axes are such that the first checkpoint has no negative
 * coordinate. Running statistics move with an axis as they do in the combination of checkpoints that the axis is.
 *
 * Throws `USAGE` for fewer than 3 checkpoints, and for checkpoints on a line; `RUNTIME_INPUT` for one of another model.
 */
export async function trajectoryPlane(
  model: Model,
  trajectory: Trajectory,
  { held = 16 }: TrajectoryOptions = {},
): Promise<TrajectoryPlane> {
  const { count } = trajectory;
  if (count < 3) throw usage('trajectory', 'at least 3 checkpoints', count);
  const layout = parameterLayout(model);
  const read = async (index: number): Promise<Vector> =>
    layout.flatten(await readAll((await trajectory.at(index)).parameters));
  const centre = await trajectory.at(count - 1);
  const gram = await gramMatrix(read, count, layout.flatten(await readAll(centre.parameters)), held);
  const { coefficients, spectrum } = principalCoefficients(gram);
  const [one, other] = await combinedAxes(model, trajectory, coefficients);
  const coordinates = gram.map((row) => [dot(row, coefficients[0]), dot(row, coefficients[1])] as const);
  return {
    centre,
    axes: [one.point, other.point],
    cosine: dot(one.vector, other.vector) / (norm(one.vector) * norm(other.vector)),
    explained: [spectrum[0]!, spectrum[1]!],
    spectrum,
    coordinates,
    distances: coordinates.map(([a, b], k) => Math.sqrt(Math.max(0, gram[k]![k]! - a ** 2 - b ** 2))),
  };
}

type Numbers = Float64Array<ArrayBuffer>;

/** A second variance below this share of the first is rounding: parameters are float32. */
const smallestShare = 1e-12;

/** Coefficients of the rows in each of the two axes: `axis_i = Σ_k c_ik·(θ_k − θ_final)`; and the share of each component. */
function principalCoefficients(gram: readonly Numbers[]): {
  coefficients: [Numbers, Numbers];
  spectrum: number[];
} {
  const count = gram.length;
  const means = gram.map((row) => row.reduce((sum, value) => sum + value, 0) / count);
  const mean = means.reduce((sum, value) => sum + value, 0) / count;
  const centred = gram.map((row, i) => Array.from(row, (value, j) => value - means[i]! - means[j]! + mean));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(centred), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, index) => index).sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  const variances = order.map((index) => Math.max(0, realEigenvalues[index]!));
  if (!(variances[1]! > smallestShare * variances[0]!))
    throw usage('trajectory', 'checkpoints that span a plane', 'checkpoints on a line or all equal');
  const total = variances.reduce((sum, value) => sum + value, 0);
  const axis = (component: number): Numbers => {
    const vector = Float64Array.from(eigenvectorMatrix.getColumn(order[component]!));
    const shift = vector.reduce((sum, value) => sum + value, 0) / count;
    const scaled = vector.map((value) => (value - shift) / Math.sqrt(variances[component]!));
    return dot(scaled, gram[0]!) < 0 ? scaled.map((value) => -value) : scaled;
  };
  return { coefficients: [axis(0), axis(1)], spectrum: variances.map((variance) => variance / total) };
}
