import type { Scale } from '../../contract/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { chiSquareTest, expectedTotalVariation, totalVariation } from '../../statistics/index.ts';
import {
  boltzmannProbabilities,
  countByCell,
  cube,
  energyGrid,
  evaluate,
  gridOn,
  langevin,
  noiseAtTemperature,
  quadratic,
  simulate,
  temperatureByLikelihood,
  twoMinima,
  uniformPoints,
  wellShares,
  wellWeights,
  type Box,
  type Potential,
} from '../../theory/index.ts';
import { computeOnCpu } from '../compute-on-cpu.ts';
import type { ComputedExperiment } from '../paper.ts';

interface Extent {
  readonly chains: number;
  readonly steps: number;
  readonly dimensions: readonly number[];
}
const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { chains: 2000, steps: 3000, dimensions: [1, 2, 3] },
  laptop: { chains: 5000, steps: 6000, dimensions: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
  paper: { chains: 10_000, steps: 20_000, dimensions: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
};

/** T and γ of the comparison with Boltzmann's law: γ'² = 2γT. */
export const boltzmannTemperature = 0.5;
const boltzmannStep = 0.025;
/** γ of the comparison over dimensions, at the same temperature. */
const volumeStep = 0.05;

/** Cells of the histograms along each axis: few enough that most expect many chains. */
const cells = 10;

interface Case {
  readonly name: string;
  readonly potential: Potential;
  readonly box: Box;
}
const cases: readonly Case[] = [
  { name: 'surface', potential: twoMinima(), box: twoMinima().box },
  // Wide enough that four standard deviations fit along its flat axis.
  {
    name: 'quadratic',
    potential: quadratic([
      [1, 0.3],
      [0.3, 0.5],
    ]),
    box: cube(-5, 5, 2),
  },
];

/** The stationary law of Langevin dynamics with constant noise (row R-boltz). */
export const boltzmannExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'R-boltz',
  title: 'The stationary law of SGD-Langevin and Boltzmann’s',
  description:
    'Independent chains with constant noise γ′ = √(2γT), T = 0.5, γ = 0.025, folded back at the bounds, on the surface and on a quadratic: total variation of the histogram of their last states to exp(−U/T)/Z, chi-square, and the temperature that is most likely for them.',
  differences: 'The paper quotes the law from the article that it reports on and does not measure it.',
  rows: ['R-boltz'],
  version: 1,
  needs: [],
  seconds: { smoke: 5, laptop: 30, paper: 200 },
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => [{ condition: {}, options: { chains: extents[scale].chains, steps: extents[scale].steps } }],
  compute: ({ scale, seed, threads, ...request }) =>
    computeOnCpu(threads, async (runtime) => {
      const numbers: Record<string, number> = {};
      const arrays: Record<string, readonly number[]> = {};
      for (const [index, entry] of cases.entries()) {
        const { measured, shares } = await compareWithBoltzmann(runtime, entry, extents[scale], seed);
        for (const [key, value] of Object.entries(measured)) numbers[`${entry.name}.${key}`] = value;
        for (const [key, value] of Object.entries(shares)) arrays[`${entry.name}.${key}`] = value;
        request.onProgress((index + 1) / cases.length);
      }
      return { numbers, arrays };
    }),
};

async function compareWithBoltzmann(
  runtime: Runtime,
  { potential, box }: Case,
  { chains, steps }: Extent,
  seed: number,
) {
  const noise = noiseAtTemperature(boltzmannTemperature, boltzmannStep);
  const dynamics = langevin(potential, { stepSize: boltzmannStep, noise, box, boundary: 'reflect' });
  const { end } = await simulate(runtime, dynamics, uniformPoints(box, chains, seed), { steps, seed });
  const grid = gridOn(box, cells);
  const energies = await energyGrid(runtime, potential, grid, 10);
  const law = boltzmannProbabilities(energies, boltzmannTemperature);
  const { counts } = countByCell(end, grid);
  const { values } = await evaluate(runtime, potential, end);
  const estimate = temperatureByLikelihood(energies, values);
  const { statistic, degrees, pValue } = chiSquareTest(counts, law);
  return {
    measured: {
      distance: totalVariation(counts, law),
      'expected-distance': expectedTotalVariation(law, chains),
      'chi-square': statistic,
      degrees,
      'p-value': pValue,
      temperature: estimate.temperature,
      'temperature-error': estimate.standardError,
    },
    shares: { measured: Array.from(counts, (count) => count / chains), law: [...law] },
  };
}

/** The two wells in d dimensions (row R-volume). */
export const volumeExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'R-volume',
  title: 'Flat against sharp in d dimensions',
  description:
    'The trough and the ball of equal depth in [0, 10]^d. Chains in equilibrium at T = 0.5, and plain descent, from uniform starts: the flat well’s part of those that are in either well, beside what Boltzmann’s law says.',
  differences:
    'The paper quotes the claim and does not measure it; the surface in d dimensions is ours, and the paper’s for d = 2.',
  rows: ['R-volume'],
  version: 1,
  needs: [],
  seconds: { smoke: 6, laptop: 200, paper: 1200 },
  seeds: { smoke: 3, laptop: 3, paper: 5 },
  trials: (scale) => [{ condition: {}, options: { ...extents[scale], dimensions: [...extents[scale].dimensions] } }],
  compute: ({ scale, seed, threads, ...request }) =>
    computeOnCpu(threads, async (runtime) => {
      const { chains, steps, dimensions } = extents[scale];
      const arrays = { dimension: [...dimensions], flat: [], sharp: [], law: [], descent: [] } as Record<
        string,
        number[]
      >;
      for (const [index, dimension] of dimensions.entries()) {
        const surface = twoMinima(dimension);
        const starts = uniformPoints(surface.box, chains, seed);
        const noise = noiseAtTemperature(boltzmannTemperature, volumeStep);
        const hot = langevin(surface, { stepSize: volumeStep, noise, box: surface.box, boundary: 'reflect' });
        const shares = wellShares((await simulate(runtime, hot, starts, { steps, seed })).end);
        const cold = langevin(surface, { stepSize: volumeStep, box: surface.box });
        const still = wellShares((await simulate(runtime, cold, starts, { steps, seed })).end);
        const { flat, sharp } = wellWeights(dimension, boltzmannTemperature);
        arrays['flat']!.push(shares.flat);
        arrays['sharp']!.push(shares.sharp);
        arrays['law']!.push(flat / (flat + sharp));
        arrays['descent']!.push(still.flat / (still.flat + still.sharp));
        request.onProgress((index + 1) / dimensions.length);
      }
      return { numbers: {}, arrays };
    }),
};
