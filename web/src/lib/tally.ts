import { boltzmannProbabilities, gridOn, planeEnergies } from '../../../src/theory/index.ts';
import type { EnergyGrid, PlaneSurface } from '../../../src/theory/index.ts';

/** Fine cells along each axis, over which the law of a bin is summed. */
const finePerBin = 5;

/** How often particles were in each of the bins of equal width along the first axis of a surface's box. */
export class Tally {
  readonly #surface: PlaneSurface;
  readonly #energies: EnergyGrid;
  readonly #counts: Float64Array;

  constructor(surface: PlaneSurface, bins: number) {
    this.#surface = surface;
    this.#counts = new Float64Array(bins);
    this.#energies = planeEnergies(surface, gridOn(surface.box, bins * finePerBin));
  }

  get bins(): number {
    return this.#counts.length;
  }

  clear(): void {
    this.#counts.fill(0);
  }

  /** Counts all particles once more. Their first coordinates lie in the box. */
  add(x: Float64Array): void {
    const [low, high] = [this.#surface.box.low[0]!, this.#surface.box.high[0]!];
    for (const value of x) {
      const bin = Math.floor(((value - low) / (high - low)) * this.bins);
      this.#counts[Math.min(this.bins - 1, Math.max(0, bin))]!++;
    }
  }

  /** How often a particle was in each bin. */
  get counts(): Float64Array {
    return this.#counts;
  }

  /** Share of the counts in each bin; zeros before the first count. */
  shares(): Float64Array {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    return this.#counts.map((count) => (total === 0 ? 0 : count / total));
  }

  /** Probability of each bin under Boltzmann's law at the temperature: `∫_bin exp(−U/T)/Z`. */
  law(temperature: number): Float64Array {
    const cells = boltzmannProbabilities(this.#energies, temperature);
    const [along, across] = this.#energies.grid.cells as [number, number];
    const shares = new Float64Array(this.bins);
    for (let cell = 0; cell < along * across; cell++) {
      shares[Math.floor(Math.floor(cell / across) / finePerBin)]! += cells[cell]!;
    }
    return shares;
  }
}
