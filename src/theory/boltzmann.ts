import type { Runtime } from '../runtime/index.ts';
import { meanEstimate, type Sample } from '../statistics/index.ts';
import { requirePositive, requireWhole, wrongUse } from './check.ts';
import { cellCount, gridCentres, type Grid } from './grid.ts';
import { evaluate, type Potential } from './potential.ts';

/** U at points that sample every cell of a grid evenly. */
export interface EnergyGrid {
  readonly grid: Grid;
  /** Points in each cell. */
  readonly perCell: number;
  /** U, cell by cell: cells × perCell numbers. */
  readonly energies: Float64Array<ArrayBuffer>;
}

/**
 * U on a grid, each cell divided into `refine^d` parts of which the centres are taken. Throws `USAGE` for a grid too large, or of
 * another dimension than the potential.
 *
 * @param refine parts of a cell along each axis; default 4
 */
export async function energyGrid(runtime: Runtime, potential: Potential, grid: Grid, refine = 4): Promise<EnergyGrid> {
  requireWhole('energy grid', 'parts of a cell', refine, 1);
  const fine: Grid = { box: grid.box, cells: grid.cells.map((size) => size * refine) };
  const { values } = await evaluate(runtime, potential, gridCentres(fine));
  const perCell = refine ** grid.cells.length;
  const energies = new Float64Array(values.length);
  const filled = new Uint32Array(cellCount(grid));
  values.forEach((value, index) => {
    const cell = coarseCell(index, grid, fine, refine);
    energies[cell * perCell + filled[cell]!++] = value;
  });
  return { grid, perCell, energies };
}

/** The cell of `grid` in which a cell of its refinement lies. */
function coarseCell(index: number, grid: Grid, fine: Grid, refine: number): number {
  let [rest, cell, stride] = [index, 0, 1];
  for (let axis = grid.cells.length - 1; axis >= 0; axis--) {
    const along = rest % fine.cells[axis]!;
    rest = (rest - along) / fine.cells[axis]!;
    cell += Math.floor(along / refine) * stride;
    stride *= grid.cells[axis]!;
  }
  return cell;
}

/**
 * The Boltzmann law on the box: probability of each cell, `∫_cell exp(−U/T)/Z` by the midpoint rule; Z makes them sum to 1 (row
 * R-boltz). Throws `USAGE` unless T > 0.
 */
export function boltzmannProbabilities(
  { grid, perCell, energies }: EnergyGrid,
  temperature: number,
): Float64Array<ArrayBuffer> {
  requirePositive('boltzmann', 'temperature', temperature);
  const weights = weightsOf(energies, 1 / temperature);
  const cells = new Float64Array(cellCount(grid));
  let total = 0;
  weights.forEach((weight, index) => {
    cells[Math.floor(index / perCell)]! += weight;
    total += weight;
  });
  return cells.map((weight) => weight / total);
}

/** `exp(−β(U − min U))`: the minimum is taken out so that nothing overflows. */
function weightsOf(energies: Float64Array, beta: number): Float64Array {
  const lowest = energies.reduce((least, energy) => Math.min(least, energy), Infinity);
  return energies.map((energy) => Math.exp(-beta * (energy - lowest)));
}

/** Mean and variance of U under the Boltzmann law of inverse temperature β. */
function energyMoments(energies: Float64Array, beta: number): { mean: number; variance: number } {
  const weights = weightsOf(energies, beta);
  let [total, first, second] = [0, 0, 0];
  weights.forEach((weight, index) => {
    const energy = energies[index]!;
    total += weight;
    first += weight * energy;
    second += weight * energy * energy;
  });
  const mean = first / total;
  return { mean, variance: Math.max(0, second / total - mean * mean) };
}

/** A temperature that was estimated. */
export interface TemperatureEstimate {
  readonly temperature: number;
  readonly standardError: number;
}

/**
 * The temperature of a sample by maximum likelihood: the T for which `−mean(U)/T − log Z(T)` is largest, where the mean energy of the
 * Boltzmann law is that of the sample (both on the box). The standard error is that of n independent points,
 * `T²·√(1/(n·Var_T(U)))`.
 *
 * Throws `NO_DATA` for no energies, `USAGE` where no positive temperature fits: the sample's mean energy is not between the lowest
 * one and the mean over the box.
 *
 * @param sample U at the points of the sample
 */
export function temperatureByLikelihood({ energies }: EnergyGrid, sample: Sample): TemperatureEstimate {
  if (sample.length === 0) throw wrongUse('temperature', 'energies of at least one point', 'none');
  const wanted = Array.from(sample).reduce((total, energy) => total + energy, 0) / sample.length;
  const excess = (beta: number): number => energyMoments(energies, beta).mean - wanted;
  let [low, high] = [0, 1];
  if (!(excess(low) > 0)) throw wrongUse('temperature', 'a mean energy below that of the whole box', wanted);
  // The mean energy falls in β: bracket, then halve.
  while (excess(high) > 0 && high < 1e6) [low, high] = [high, high * 2];
  if (!(excess(high) <= 0)) throw wrongUse('temperature', 'a mean energy above the lowest of the grid', wanted);
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  const beta = (low + high) / 2;
  const { variance } = energyMoments(energies, beta);
  return { temperature: 1 / beta, standardError: 1 / (beta * beta * Math.sqrt(sample.length * variance)) };
}

/**
 * The temperature of a sample by equipartition: `mean(x·∇U)/d`, which is T for every confining U on the whole space (the virial
 * theorem; on a quadratic `x·∇U = 2U`). Not for a box whose boundary the sample touches. The standard error is that of
 * independent points. Throws `NO_DATA` for fewer than two points.
 *
 * @param products x·∇U at each point
 * @param dimension d
 */
export function temperatureByEquipartition(products: Sample, dimension: number): TemperatureEstimate {
  const { mean, standardError } = meanEstimate(products);
  return { temperature: mean / dimension, standardError: standardError / dimension };
}
