import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  basinAreas,
  boltzmannProbabilities,
  countByCell,
  cube,
  energyGrid,
  evaluate,
  gridCentres,
  gridOn,
  langevin,
  noiseAtTemperature,
  pointsOf,
  quadratic,
  repeated,
  simulate,
  temperatureByEquipartition,
  temperatureByLikelihood,
  twoMinima,
  uniformPoints,
  wellShares,
  wellsOf,
  wellVolumes,
  wellWeights,
} from '../../src/theory/index.ts';
import { chiSquareTest, expectedTotalVariation, totalVariation } from '../../src/statistics/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

describe('wells', () => {
  it('are told apart by the distance to their bottoms', () => {
    const points = pointsOf([
      [4.9, 0],
      [3, 9],
      [8, 5],
      [8.5, 5.5],
      [8, 6.1],
      [6, 5],
    ]);
    expect(wellsOf(points)).toEqual(['flat', 'flat', 'sharp', 'sharp', 'neither', 'neither']);
    expect(wellShares(points)).toEqual({ flat: 2 / 6, sharp: 2 / 6, neither: 2 / 6 });
    expect(() => wellsOf(points, 0)).toThrow('wells: expected a positive radius, got 0');
  });

  it('draw plain descent from basins whose shares are those of random starts', async () => {
    const surface = twoMinima();
    const { shares, wells, starts } = await basinAreas(runtime, surface, { cells: 50, steps: 400 });
    expect(wells[starts.count / 2 + 25]).toBe('flat');
    const descent = langevin(surface, { stepSize: 0.05, box: surface.box });
    const random = uniformPoints(surface.box, 2000, 3);
    const { end } = await simulate(runtime, descent, random, { steps: 400, seed: 1 });
    const sampled = wellShares(end);
    for (const well of ['flat', 'sharp', 'neither'] as const)
      expect(Math.abs(sampled[well] - shares[well])).toBeLessThan(4 * Math.sqrt(0.25 / 2000));
    expect(shares.flat).toBeGreaterThan(2 * shares.sharp);
    expect(shares.flat + shares.sharp + shares.neither).toBeCloseTo(1, 12);
  });

  it('are equal in one dimension, and the flat one gains tenfold and more with each further one', () => {
    expect(wellVolumes(1)).toEqual({ flat: 2, sharp: 2, ratio: 1 });
    expectClose([wellVolumes(2).sharp, wellVolumes(3).sharp], [Math.PI, (4 / 3) * Math.PI], { relative: 1e-14 });
    expect(wellWeights(1, 0.2).ratio).toBeCloseTo(1, 12);
    for (let d = 1; d < 10; d++) expect(wellWeights(d + 1, 0.5).ratio / wellWeights(d, 0.5).ratio).toBeGreaterThan(6);
    expect(() => wellVolumes(2, 3)).toThrow('a radius in (0, 2], got 3');
    expect(() => wellWeights(2, 0)).toThrow('a positive temperature, got 0');
  });

  it('have the weights that the Boltzmann law gives them on a grid', async () => {
    const surface = twoMinima();
    const grid = gridOn(surface.box, 200);
    const p = boltzmannProbabilities(await energyGrid(runtime, surface, grid, 2), 0.3);
    const wells = wellsOf(gridCentres(grid));
    const weight = (well: string) => p.reduce((sum, value, cell) => sum + (wells[cell] === well ? value : 0), 0);
    expectClose([weight('flat') / weight('sharp')], [wellWeights(2, 0.3).ratio], { relative: 0.02 });
  });
});

describe('the Boltzmann law', () => {
  it('on a quadratic is the normal law, cell by cell', async () => {
    const grid = gridOn(cube(-6, 6, 1), 24);
    const p = boltzmannProbabilities(await energyGrid(runtime, quadratic([[2]]), grid, 64), 0.5);
    const density = gridCentres(grid).coordinates.map((x) => Math.exp((-x * x) / 0.5) / Math.sqrt(Math.PI * 0.5));
    // Simpson's rule over each cell: the density at its ends and its centre.
    const at = (x: number) => Math.exp((-x * x) / 0.5) / Math.sqrt(Math.PI * 0.5);
    const exact = density.map((_, i) => (at(-6 + i / 2) + 4 * density[i]! + at(-5.5 + i / 2)) / 12);
    expectClose(p, exact, { relative: 2e-3 });
    expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  });

  it('is what Langevin chains with a small step are distributed by, and those of twice the temperature are not', async () => {
    const potential = quadratic([[1]]);
    const grid = gridOn(cube(-5, 5, 1), 20);
    const energies = await energyGrid(runtime, potential, grid, 50);
    const [stepSize, temperature] = [0.05, 0.5];
    const noise = noiseAtTemperature(temperature, stepSize);
    const dynamics = langevin(potential, { stepSize, noise });
    const { end } = await simulate(runtime, dynamics, repeated([0], 5000), { steps: 150, seed: 2 });
    const { counts, outside } = countByCell(end, grid);
    expect(outside).toBe(0);
    const right = boltzmannProbabilities(energies, temperature);
    expect(totalVariation(counts, right)).toBeLessThan(2 * expectedTotalVariation(right, 5000));
    expect(chiSquareTest(counts, right).pValue).toBeGreaterThan(1e-3);
    expect(chiSquareTest(counts, boltzmannProbabilities(energies, 1)).pValue).toBeLessThan(1e-10);
    const { values, gradients } = await evaluate(runtime, potential, end);
    const likely = temperatureByLikelihood(energies, values);
    expect(Math.abs(likely.temperature - temperature)).toBeLessThan(4 * likely.standardError + 0.02);
    const virial = temperatureByEquipartition(
      end.coordinates.map((x, i) => x * gradients.coordinates[i]!),
      1,
    );
    expectClose([virial.temperature], [likely.temperature], { relative: 1e-3 });
    expectClose([virial.standardError], [likely.standardError], { relative: 0.1 });
  });

  it('refuses temperatures that no sample can have', async () => {
    const energies = await energyGrid(runtime, quadratic([[1]]), gridOn(cube(-1, 1, 1), 10));
    expect(() => boltzmannProbabilities(energies, 0)).toThrow('boltzmann: expected a positive temperature, got 0');
    expect(() => temperatureByLikelihood(energies, [5])).toThrow('a mean energy below that of the whole box, got 5');
    expect(() => temperatureByLikelihood(energies, [-1])).toThrow('a mean energy above the lowest of the grid, got -1');
    expect(() => temperatureByLikelihood(energies, [])).toThrow('energies of at least one point');
  });
});

describe('grids', () => {
  it('count each point in one cell, the upper bounds in the last one', () => {
    const grid = gridOn(cube(0, 2, 2), 2);
    const points = pointsOf([
      [0, 0],
      [2, 2],
      [0.5, 1.5],
      [1, 0],
      [3, 0],
      [NaN, 0],
    ]);
    expect(countByCell(points, grid)).toEqual({ counts: Uint32Array.of(1, 1, 1, 1), outside: 2 });
    expect(countByCell(gridCentres(grid), grid).counts).toEqual(Uint32Array.of(1, 1, 1, 1));
    expect(() => gridOn(cube(0, 1, 10), 100)).toThrow('grid: expected at most 4000000 cells, got 100^10');
    expect(() => countByCell(pointsOf([[1]]), grid)).toThrow('points of 2 dimensions, got 1');
  });
});
