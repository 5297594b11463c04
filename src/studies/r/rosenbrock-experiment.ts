import type { Scale } from '../../contract/index.ts';
import { evaluate, langevin, pointAt, rosenbrock, simulate, uniformPoints, type Points } from '../../theory/index.ts';
import { quantiles } from '../../statistics/index.ts';
import { computeOnCpu } from '../compute-on-cpu.ts';
import type { ComputedExperiment } from '../paper.ts';
import { coordinatesNamed, rules } from './dynamics.ts';

/** γ: below 2 over the largest curvature of the valley in the box, about 1,800. */
const stepSize = 5e-4;
/** γ' of the runs with noise, which falls as 1/(1 + k). */
export const rosenbrockNoises = [0, 0.1] as const;
/** Distance to (1, 1) below which a chain has arrived. */
const near = 0.1;

const extents: Readonly<Record<Scale, { readonly starts: number; readonly steps: number }>> = {
  smoke: { starts: 100, steps: 16_000 },
  laptop: { starts: 10_000, steps: 20_000 },
  paper: { starts: 10_000, steps: 100_000 },
};

/** Rosenbrock's function (row R-rosen). */
export const rosenbrockExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'R-rosen',
  title: "SGD and SGD-Langevin on Rosenbrock's function",
  description:
    'Uniform starts on [0, 2]² are moved by the gradient and by the paper’s own difference, without noise and with γ′ = 0.1/(1 + k): how many end within 0.1 of the minimum (1, 1), and how high they are.',
  differences:
    'The paper gives neither its step nor the number of its steps: γ = 0.0005 here, and as many steps as the scale allows.',
  rows: ['R-rosen'],
  version: 1,
  needs: [],
  seconds: { smoke: 6, laptop: 60, paper: 300 },
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => [{ condition: {}, options: { ...extents[scale] } }],
  compute: ({ scale, seed, threads, ...request }) =>
    computeOnCpu(threads, async (runtime) => {
      const surface = rosenbrock();
      const { starts: count, steps } = extents[scale];
      const starts = uniformPoints(surface.box, count, seed);
      const numbers: Record<string, number> = { 'start.near': shareNear(starts) };
      const arrays: Record<string, readonly number[]> = {};
      const cases = rules.flatMap((drift) => rosenbrockNoises.map((noise) => ({ drift, noise })));
      for (const [index, { drift, noise }] of cases.entries()) {
        const dynamics = langevin(surface, { stepSize, noise, decay: 'harmonic', drift, box: surface.box });
        const { end } = await simulate(runtime, dynamics, starts, { steps, seed, stepsPerRun: 20 });
        const name = `${drift}.${noise}`;
        const { values } = await evaluate(runtime, surface, end);
        numbers[`${name}.near`] = shareNear(end);
        numbers[`${name}.median-loss`] = quantiles(values, [0.5])[0]!;
        Object.assign(arrays, coordinatesNamed(name, end));
        request.onProgress((index + 1) / cases.length);
      }
      return { numbers, arrays };
    }),
};

function shareNear(points: Points): number {
  let count = 0;
  for (let index = 0; index < points.count; index++) {
    const [x, y] = pointAt(points, index);
    if (Math.hypot(x! - 1, y! - 1) <= near) count++;
  }
  return count / points.count;
}
