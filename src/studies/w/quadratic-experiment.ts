import { randomStream } from '../../base/index.ts';
import {
  descendQuadratic,
  evaluate,
  gridCentres,
  gridOn,
  cube,
  quadratic,
  type SquareMatrix,
} from '../../theory/index.ts';
import { computeOnCpu } from '../compute-on-cpu.ts';
import type { ComputedExperiment } from '../paper.ts';

/** λ of the steep and of the flat direction. */
export const curvatures = { steep: 1, flat: 0.1 } as const;
/** η, from over-damped to diverging along the steep direction. */
const stepSizes = [0.2, 0.5, 0.8, 1.2, 1.5, 1.8, 1.95, 2.1] as const;
/** η of the path that is drawn, and of what is said about the valley. */
export const drawnStep = 1.8;

/** At every scale: after many more the steep coordinate would be below the rounding of the flat one. */
const steps = 16;
/** Cells of the drawn surface along each axis. */
const shownCells = 60;
const reach = 3;

/** Gradient descent on a quadratic of two curvatures (row W-quad). */
export const quadraticExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'W-quad',
  title: 'Regimes of gradient descent on a quadratic',
  description:
    'Gradient descent on ½ xᵀHx with eigenvalues 1 and 0.1, in a direction and from a start that the seed draws: rates along both eigenvectors, cosines of consecutive gradients, and the path, for η from 0.2 to 2.1.',
  differences: 'The paper draws |λη − 1| and computes nothing.',
  rows: ['W-quad'],
  version: 1,
  needs: [],
  seconds: { smoke: 1, laptop: 1, paper: 1 },
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: () => [{ condition: {}, options: { steps, stepSizes: [...stepSizes] } }],
  compute: ({ seed, threads }) =>
    computeOnCpu(threads, async (runtime) => {
      const stream = randomStream(seed, 'studies', 'quadratic');
      const direction = Math.PI * stream.uniform();
      const hessian = rotated(direction);
      // On a circle, so that no seed starts at the minimum.
      const angle = 2 * Math.PI * stream.uniform();
      const start = [2.5 * Math.cos(angle), 2.5 * Math.sin(angle)];
      const columns = {
        steep: [] as number[],
        flat: [] as number[],
        cosine: [] as number[],
        turns: [] as number[],
        'turns-flat': [] as number[],
        growth: [] as number[],
      };
      let path: readonly (readonly number[])[] = [];
      let values: readonly number[] = [];
      let floor: readonly number[] = [];
      for (const stepSize of stepSizes) {
        const result = await descendQuadratic(runtime, hessian, { stepSize, start, steps });
        const [flat, steep] = result.directions;
        columns.flat.push(flat!.measured);
        columns.steep.push(steep!.measured);
        columns.cosine.push(result.cosines.reduce((sum, cosine) => sum + cosine, 0) / result.cosines.length);
        columns.turns.push(turns(result.path, direction));
        columns['turns-flat'].push(turns(result.path, direction + Math.PI / 2));
        columns.growth.push(Math.log(result.values.at(-1)! / result.values[0]!) / steps);
        if (stepSize === drawnStep) ({ path, values } = result);
        if (stepSize === drawnStep) floor = valleyFloor(hessian, result.path);
      }
      const grid = gridOn(cube(-reach, reach, 2), shownCells);
      const surface = await evaluate(runtime, quadratic(hessian), gridCentres(grid));
      return {
        numbers: {},
        arrays: {
          ...columns,
          step: [...stepSizes],
          'path.x': path.map(([x]) => x!),
          'path.y': path.map(([, y]) => y!),
          'path.loss': values,
          'path.floor': floor,
          axis: Array.from({ length: shownCells }, (_, i) => -reach + (i + 0.5) * ((2 * reach) / shownCells)),
          loss: Array.from(
            surface.values,
            (_, i) => surface.values[(i % shownCells) * shownCells + Math.floor(i / shownCells)]!,
          ),
        },
      };
    }),
};

/** H with the steep eigenvector at this angle to the first axis. */
function rotated(angle: number): SquareMatrix {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const { steep, flat } = curvatures;
  return [
    [steep * c * c + flat * s * s, (steep - flat) * c * s],
    [(steep - flat) * c * s, steep * s * s + flat * c * c],
  ];
}

/** Share of steps after which the coordinate in a direction has another sign. */
function turns(path: readonly (readonly number[])[], angle: number): number {
  const along = path.map(([x, y]) => x! * Math.cos(angle) + y! * Math.sin(angle));
  return along.slice(1).filter((value, t) => value * along[t]! < 0).length / (along.length - 1);
}

/** The least value on the line through each two consecutive points: `min_α f((1−α)x_t + αx_{t+1})`. */
function valleyFloor(hessian: SquareMatrix, path: readonly (readonly number[])[]): number[] {
  const product = (a: readonly number[], b: readonly number[]): number =>
    hessian.reduce((sum, row, i) => sum + a[i]! * row.reduce((inner, value, j) => inner + value * b[j]!, 0), 0);
  return path.slice(1).map((next, t) => {
    const from = path[t]!;
    const along = next.map((value, axis) => value - from[axis]!);
    const alpha = Math.min(1, Math.max(0, -product(from, along) / product(along, along)));
    const at = from.map((value, axis) => value + alpha * along[axis]!);
    return product(at, at) / 2;
  });
}
