import type { Scale } from '../../contract/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import {
  basinAreas,
  evaluate,
  flatAt,
  gridCentres,
  gridOn,
  langevin,
  pointsOf,
  sharpAt,
  simulate,
  twoMinima,
  uniformPoints,
  wellShares,
  type Surface,
} from '../../theory/index.ts';
import { computeOnCpu } from '../compute-on-cpu.ts';
import type { Computed, ComputedExperiment } from '../paper.ts';
import { coordinatesNamed, settingName, settings, sharesNamed, surfaceStep } from './dynamics.ts';

interface Extent {
  readonly starts: number;
  readonly steps: number;
  /** Starts of the basins' grid along each axis. */
  readonly cells: number;
}
const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { starts: 1000, steps: 250, cells: 40 },
  laptop: { starts: 10_000, steps: 2000, cells: 100 },
  paper: { starts: 10_000, steps: 20_000, cells: 200 },
};

const differences =
  'The paper gives neither its step nor the number of its steps: γ = 0.05 here. Its runs took one forward difference along (1, 1) for the gradient; both are run.';

/** Cells of the drawn surface along each axis. */
const shownCells = 80;

/** A grid whose last axis runs fastest, with the first one fastest. */
const columnsFirst = (values: Float64Array): number[] =>
  Array.from(values, (_, index) => values[(index % shownCells) * shownCells + Math.floor(index / shownCells)]!);

/** The surface on a grid, its depths, and the areas of the basins of plain descent. */
async function describeSurface(runtime: Runtime, surface: Surface, { cells, steps }: Extent): Promise<Computed> {
  const { shares } = await basinAreas(runtime, surface, { cells, steps, stepSize: surfaceStep });
  const { values } = await evaluate(runtime, surface, gridCentres(gridOn(surface.box, shownCells)));
  const bottoms = await evaluate(runtime, surface, pointsOf([[flatAt, 5], sharpAt(2)]));
  const [flat, sharp] = bottoms.values;
  return {
    numbers: { ...sharesNamed('area', shares), 'depth.flat': flat!, 'depth.sharp': sharp! },
    arrays: {
      loss: columnsFirst(values),
      axis: Array.from({ length: shownCells }, (_, index) => (index + 0.5) * (10 / shownCells)),
    },
  };
}

/** End points of SGD and SGD-Langevin on the surface, and the areas of its basins (rows R-surface, R-sgdl). */
export const langevinExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'R-sgdl',
  title: 'End points of SGD and SGD-Langevin on the surface',
  description:
    'Uniform starts on [0, 10]² are moved by the gradient and by the paper’s own difference, with noise γ′ of 0, 0.1, 0.01 and 0.001 that falls as 1/(1 + k) or stays; shares of end points within 1 of the trough x = 4, within 1 of (8, 5), and elsewhere, beside the areas of the basins of plain descent from a grid of starts.',
  differences,
  rows: ['R-surface', 'R-sgdl'],
  version: 1,
  needs: [],
  seconds: { smoke: 6, laptop: 60, paper: 600 },
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => [{ condition: {}, options: { ...extents[scale] } }],
  compute: ({ scale, seed, threads, ...request }) =>
    computeOnCpu(threads, async (runtime) => {
      const surface = twoMinima();
      const { starts: count, steps } = extents[scale];
      const starts = uniformPoints(surface.box, count, seed);
      const described = await describeSurface(runtime, surface, extents[scale]);
      const numbers: Record<string, number> = { ...described.numbers, ...sharesNamed('start', wellShares(starts)) };
      const arrays: Record<string, readonly number[]> = { ...described.arrays };
      for (const [index, setting] of settings.entries()) {
        const { rule: drift, noise, decay } = setting;
        const dynamics = langevin(surface, { stepSize: surfaceStep, noise, decay, drift, box: surface.box });
        const { end } = await simulate(runtime, dynamics, starts, { steps, seed });
        Object.assign(numbers, sharesNamed(settingName(setting), wellShares(end)));
        Object.assign(arrays, coordinatesNamed(settingName(setting), end));
        request.onProgress((index + 1) / settings.length);
      }
      return { numbers, arrays };
    }),
};
