import type { Scale } from '../../contract/index.ts';
import {
  basinAreas,
  evaluate,
  gridCentres,
  gridOn,
  langevin,
  simulate,
  twoMinima,
  uniformPoints,
  wellShares,
} from '../../theory/index.ts';
import { computeOnCpu } from '../compute-on-cpu.ts';
import type { ComputedExperiment } from '../paper.ts';
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

/** The constructed surface, and what the areas of its basins are (row R-surface). */
export const surfaceExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'R-surface',
  title: 'Basins of the surface with two minima',
  description:
    'Gradient descent from a grid of starts gives the areas of the basins of the flat and of the sharp minimum; the same surface on a grid for its contours.',
  differences: 'The paper does not measure the basins.',
  rows: ['R-surface'],
  version: 1,
  needs: [],
  // Nothing is random here.
  seeds: { smoke: 1, laptop: 1, paper: 1 },
  trials: (scale) => [{ condition: {}, options: { cells: extents[scale].cells, steps: extents[scale].steps } }],
  compute: ({ scale, threads }) =>
    computeOnCpu(threads, async (runtime) => {
      const surface = twoMinima();
      const { cells, steps } = extents[scale];
      const { shares } = await basinAreas(runtime, surface, { cells, steps, stepSize: surfaceStep });
      const shown = gridOn(surface.box, shownCells);
      const { values } = await evaluate(runtime, surface, gridCentres(shown));
      const bottoms = await evaluate(runtime, surface, {
        count: 2,
        dimension: 2,
        coordinates: Float64Array.of(4, 5, 8, 5),
      });
      return {
        numbers: {
          ...sharesNamed('area', shares),
          'depth.flat': bottoms.values[0]!,
          'depth.sharp': bottoms.values[1]!,
        },
        arrays: {
          loss: columnsFirst(values),
          axis: Array.from({ length: shownCells }, (_, i) => (i + 0.5) * (10 / shownCells)),
        },
      };
    }),
};

/** Cells of the drawn surface along each axis. */
const shownCells = 80;

/** A grid whose last axis runs fastest, with the first one fastest. */
const columnsFirst = (values: Float64Array): number[] =>
  Array.from(values, (_, index) => values[(index % shownCells) * shownCells + Math.floor(index / shownCells)]!);

/** End points of SGD and SGD-Langevin on the surface (row R-sgdl). */
export const langevinExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'R-sgdl',
  title: 'End points of SGD and SGD-Langevin on the surface',
  description:
    'Uniform starts on [0, 10]² are moved by the gradient and by the paper’s own difference, with noise γ′ of 0, 0.1, 0.01 and 0.001 that falls as 1/(1 + k) or stays; shares of end points within 1 of the trough x = 4, within 1 of (8, 5), and elsewhere.',
  differences,
  rows: ['R-sgdl', 'R-surface'],
  version: 1,
  needs: [],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => [{ condition: {}, options: { starts: extents[scale].starts, steps: extents[scale].steps } }],
  compute: ({ scale, seed, threads, onProgress }) =>
    computeOnCpu(threads, async (runtime) => {
      const surface = twoMinima();
      const { starts: count, steps } = extents[scale];
      const starts = uniformPoints(surface.box, count, seed);
      const numbers: Record<string, number> = sharesNamed('start', wellShares(starts));
      const arrays: Record<string, readonly number[]> = {};
      for (const [index, setting] of settings.entries()) {
        const { rule: drift, noise, decay } = setting;
        const dynamics = langevin(surface, { stepSize: surfaceStep, noise, decay, drift, box: surface.box });
        const { end } = await simulate(runtime, dynamics, starts, { steps, seed });
        Object.assign(numbers, sharesNamed(settingName(setting), wellShares(end)));
        Object.assign(arrays, coordinatesNamed(settingName(setting), end));
        onProgress((index + 1) / settings.length);
      }
      return { numbers, arrays };
    }),
};
