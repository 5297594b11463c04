import { randomStream, type RandomStream } from '../base/index.ts';
import { requireNonNegative, requirePositive, requireWhole } from './check.ts';
import type { EnergyGrid } from './boltzmann.ts';
import { cellCount, gridCentres, type Grid } from './grid.ts';
import type { LangevinOptions } from './langevin.ts';
import type { PlaneSurface } from './plane.ts';
import { uniformPoints, type Points } from './points.ts';

/** How particles move: as `langevin` moves chains, in the box of the surface. */
export type ParticleMotion = Required<Omit<LangevinOptions, 'box'>>;

/**
 * Many independent chains of SGD-Langevin on a surface over the plane (row R-sgdl), moved step by step without a runtime. Same rule, same
 * stream of random numbers and same order of draws as {@link simulate} with {@link langevin}: the same particles, to
 * rounding. How they move may be changed between steps.
 */
export class Particles {
  readonly surface: PlaneSurface;
  /** Coordinates of all particles: x and y apart. */
  readonly x: Float64Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  #steps = 0;
  #motion: ParticleMotion;
  readonly #stream: RandomStream;
  readonly #noise: Float64Array<ArrayBuffer>;

  /** Starts are uniform in the box of the surface. Throws `USAGE` for a count below 1, or a motion outside its range. */
  constructor(surface: PlaneSurface, count: number, seed: number, motion: ParticleMotion) {
    requireWhole('particles', 'particles', count, 1);
    const starts = uniformPoints(surface.box, count, seed);
    this.surface = surface;
    this.x = Float64Array.from({ length: count }, (_, index) => starts.coordinates[2 * index]!);
    this.y = Float64Array.from({ length: count }, (_, index) => starts.coordinates[2 * index + 1]!);
    this.#noise = new Float64Array(2 * count);
    this.#stream = randomStream(seed, 'theory', `langevin on ${surface.name}`);
    this.#motion = checked(motion);
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#steps;
  }

  get motion(): ParticleMotion {
    return this.#motion;
  }

  set motion(motion: ParticleMotion) {
    this.#motion = checked(motion);
  }

  /** Moves all particles by `steps` steps. */
  advance(steps: number): void {
    for (let step = 0; step < steps; step++) this.#step();
  }

  /** The particles as points. */
  points(): Points {
    const coordinates = new Float64Array(2 * this.x.length);
    for (let index = 0; index < this.x.length; index++) {
      coordinates[2 * index] = this.x[index]!;
      coordinates[2 * index + 1] = this.y[index]!;
    }
    return { count: this.x.length, dimension: 2, coordinates };
  }

  #step(): void {
    const { stepSize, noise, decay, boundary, drift, difference } = this.#motion;
    const { surface, x, y } = this;
    const count = x.length;
    const scale = decay === 'constant' ? noise : noise / (1 + this.#steps);
    if (noise > 0) for (let index = 0; index < 2 * count; index++) this.#noise[index] = this.#stream.normal();
    const [lowX, lowY] = surface.box.low as [number, number];
    const [highX, highY] = surface.box.high as [number, number];
    const slope = new Float64Array(2);
    for (let index = 0; index < count; index++) {
      const [atX, atY] = [x[index]!, y[index]!];
      if (drift === 'gradient') surface.gradient(atX, atY, slope);
      else slope.fill((surface.value(atX + difference, atY + difference) - surface.value(atX, atY)) / difference);
      const kickX = noise > 0 ? scale * this.#noise[index]! : 0;
      const kickY = noise > 0 ? scale * this.#noise[count + index]! : 0;
      x[index] = bounded(atX - stepSize * slope[0]! + kickX, lowX, highX, boundary);
      y[index] = bounded(atY - stepSize * slope[1]! + kickY, lowY, highY, boundary);
    }
    this.#steps++;
  }
}

function bounded(value: number, low: number, high: number, boundary: ParticleMotion['boundary']): number {
  if (value >= low && value <= high) return value;
  const folded = boundary === 'reflect' ? high - Math.abs(high - (low + Math.abs(value - low))) : value;
  return Math.min(Math.max(folded, low), high);
}

function checked(motion: ParticleMotion): ParticleMotion {
  requirePositive('particles', 'step size', motion.stepSize);
  requireNonNegative('particles', 'noise', motion.noise);
  requirePositive('particles', 'difference', motion.difference);
  return motion;
}

/** U at the centres of the cells of a grid over the plane, for the Boltzmann law on it. */
export function planeEnergies(surface: PlaneSurface, grid: Grid): EnergyGrid {
  const { coordinates } = gridCentres(grid);
  const energies = new Float64Array(cellCount(grid));
  for (let cell = 0; cell < energies.length; cell++)
    energies[cell] = surface.value(coordinates[2 * cell]!, coordinates[2 * cell + 1]!);
  return { grid, perCell: 1, energies };
}
