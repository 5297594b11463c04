import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  measureTrajectory,
  trajectoryPlane,
  type HostPoint,
  type Trajectory,
  type TrajectoryPlane,
} from '../../src/landscape/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { caseOf, models } from '../curvature/support.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { combined, evaluated, flat, hostPoint, landscapeOf, quadratic, quadraticLoss } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const asTrajectory = (points: readonly HostPoint[]): Trajectory => ({
  count: points.length,
  at: async (index) => points[index]!,
});

const model = models.batchNorm;
const points = [1, 2, 3, 4, 5, 6].map((seed) => hostPoint(model, seed));
const trajectory = asTrajectory(points);

/** The rows `θ_k − θ_final`. */
const rows = points.map((point) => {
  const final = flat(model, points.at(-1)!);
  return flat(model, point).map((value, index) => value - final[index]!);
});
const vectorsOf = ({ axes }: TrajectoryPlane): Float64Array[] => axes.map((axis) => flat(model, axis));

describe('the plane of a trajectory', () => {
  it('has the principal components of the full matrix of checkpoints, by its singular values', async () => {
    const plane = await trajectoryPlane(model, trajectory);
    const matrix = new Matrix(rows.map((row) => Array.from(row))).center('column');
    const { diagonal, rightSingularVectors } = new SingularValueDecomposition(matrix, { autoTranspose: true });
    const variances = diagonal.map((value) => value ** 2);
    const total = variances.reduce((sum, value) => sum + value, 0);
    expectClose(
      plane.spectrum,
      variances.map((value) => value / total),
      { relative: 1e-12, absolute: 1e-14 },
    );
    expect(plane.explained).toEqual(plane.spectrum.slice(0, 2));
    for (const [index, axis] of vectorsOf(plane).entries()) {
      const component = rightSingularVectors.getColumn(index);
      const sign = Math.sign(inner(component, axis));
      expectClose(
        axis,
        component.map((value) => sign * value),
        { relative: 1e-6 },
      );
    }
  });

  it('has axes of length 1 that are orthogonal, to float32', async () => {
    const plane = await trajectoryPlane(model, trajectory);
    expectClose(vectorsOf(plane).map(norm), [1, 1], { relative: 1e-7 });
    expect(Math.abs(plane.cosine)).toBeLessThan(1e-6);
  });

  it('gives every checkpoint the coordinates of its projection and its distance from the plane', async () => {
    const plane = await trajectoryPlane(model, trajectory);
    const [u, v] = vectorsOf(plane) as [Float64Array, Float64Array];
    for (const [k, row] of rows.entries()) {
      expectClose(plane.coordinates[k]!, [inner(row, u), inner(row, v)], { relative: 1e-6, absolute: 1e-9 });
      const [a, b] = plane.coordinates[k]!;
      const rest = row.map((value, index) => value - a * u[index]! - b * v[index]!);
      expectClose([plane.distances[k]!], [norm(rest)], { relative: 1e-6, absolute: 1e-6 });
    }
    expectClose(plane.coordinates.at(-1)!, [0, 0], { absolute: 1e-12 });
    expect(Math.min(...plane.coordinates[0]!)).toBeGreaterThanOrEqual(0);
  });

  it('moves running statistics by the same combination of checkpoints as the parameters', async () => {
    const three = points.slice(0, 3);
    const plane = await trajectoryPlane(model, asTrajectory(three));
    // Three checkpoints lie in their plane: the projection of each is itself, running statistics and all.
    expectClose(plane.distances, [0, 0, 0], { absolute: 1e-6 });
    for (const [k, [a, b]] of plane.coordinates.entries()) {
      const there = combined([three[2]!, ...plane.axes], [1, a, b]);
      for (const [name, { data }] of Object.entries(three[k]!.buffers))
        expectClose(there.buffers[name]!.data as Float64Array, data as Float32Array, { relative: 1e-6 }, name);
    }
  });

  it('does not depend on how many checkpoints are in memory', async () => {
    const plane = await trajectoryPlane(model, trajectory);
    for (const held of [1, 4]) expect(await trajectoryPlane(model, trajectory, { held })).toEqual(plane);
  });

  it('refuses fewer than three checkpoints, checkpoints on a line, those of another model, none in memory', async () => {
    await expect(trajectoryPlane(model, asTrajectory(points.slice(0, 2)))).rejects.toThrow(
      'trajectory: expected at least 3 checkpoints, got 2',
    );
    const [one, other] = [points[0]!, points[1]!];
    const line = [0, 1, 2, 5].map((step) => combined([one, other], [1 - step, step]));
    await expect(trajectoryPlane(model, asTrajectory(line))).rejects.toThrow(
      'trajectory: expected checkpoints that span a plane, got checkpoints on a line or all equal',
    );
    await expect(trajectoryPlane(model, asTrajectory([one, one, one]))).rejects.toThrow('all equal');
    await expect(trajectoryPlane(model, asTrajectory([hostPoint(models.relu, 1), ...points]))).rejects.toMatchObject({
      code: 'RUNTIME_INPUT',
    });
    const bare = points.map(({ parameters }) => ({ parameters, buffers: {} }));
    await expect(trajectoryPlane(model, asTrajectory(bare))).rejects.toThrow(
      /^buffer ".*running_mean": expected float32\[2\], got nothing/,
    );
    await expect(trajectoryPlane(model, trajectory, { held: 0 })).rejects.toThrow(
      'trajectory: expected held to be an integer of at least 1, got 0',
    );
  });
});

describe('losses of a trajectory', () => {
  it('are those of the checkpoints themselves, beside those of their projections, which differ', async () => {
    const given = caseOf({ model, loss: crossEntropy });
    const network = landscapeOf(runtime, given, 'centre', 3, { block: 4 });
    const plane = await trajectoryPlane(model, trajectory);
    const { loss, accuracy, projected } = await measureTrajectory(network, plane, trajectory);
    for (const [k, point] of points.entries())
      expect({ loss: loss[k], accuracy: accuracy[k] }).toEqual(await evaluated(network, point));
    expectClose([projected.loss.at(-1)!], [loss.at(-1)!], { relative: 1e-6 });
    expect(Math.abs(projected.loss[0]! - loss[0]!)).toBeGreaterThan(1e-2);
  });

  it('of projections are those of the quadratic at the projected parameters', async () => {
    const given = caseOf(quadratic);
    const checkpoints = [1, 2, 3, 4].map((seed) => hostPoint(quadratic.model, seed));
    const plane = await trajectoryPlane(quadratic.model, asTrajectory(checkpoints));
    const network = landscapeOf(runtime, given, 'centre', 3, { dtype: 'float64' });
    const { loss, projected } = await measureTrajectory(network, plane, asTrajectory(checkpoints));
    const terms = [checkpoints.at(-1)!, ...plane.axes];
    const expected = plane.coordinates.map(([a, b]) => quadraticLoss(given.examples, combined(terms, [1, a, b])));
    expectClose(projected.loss, expected, { relative: 1e-13 });
    expectClose(
      loss,
      checkpoints.map((point) => quadraticLoss(given.examples, point)),
      { relative: 1e-13 },
    );
  });
});
