import { isAccurate, measurePair, type Eigenpair } from './eigenpair.ts';
import type { OnProgress } from './estimate.ts';
import { KrylovSpace, type RitzPairs } from './krylov.ts';
import type { LinearOperator } from './operator.ts';
import { probeVector } from './probe-vector.ts';
import type { Vector } from './vectors.ts';

/** Which eigenvalues lead: those of largest |λ|, of largest λ, or of smallest λ (the most negative first). */
export type Which = 'magnitude' | 'largest' | 'smallest';

/** What a search is for, and its limits: the options of `leadingEigenpairs`, resolved. */
export interface SearchPlan {
  readonly k: number;
  readonly which: Which;
  readonly mostNegative: boolean;
  /** Most pairs that are looked for: k, and the most negative one. */
  readonly wanted: number;
  readonly tolerance: number;
  readonly multiplicities: boolean;
  readonly basisLimit: number;
  readonly maxProducts: number;
  readonly seed: number;
  readonly onProgress: OnProgress | undefined;
}

/**
 * Products between two looks at the Ritz values. A look at a small basis costs nothing beside a product, and most searches for
 * a single pair end there; that at m vectors costs m³.
 */
const lookEvery = (basis: number): number => (basis <= 20 ? 1 : 5);

/** Sorts so that what leads comes first. */
const ranking: Record<Which, (a: number, b: number) => number> = {
  magnitude: (a, b) => Math.abs(b) - Math.abs(a),
  largest: (a, b) => b - a,
  smallest: (a, b) => a - b,
};

/**
 * A search for leading eigenpairs in one Krylov space. A start finds one eigenvector of each eigenvalue; a further start,
 * orthogonal to what was found, sees the next copy (`sweep`). The search is over when the best pair that a sweep adds has
 * converged and the wanted values are still what they were before it.
 */
export class EigenpairSearch {
  readonly #operator: LinearOperator;
  readonly #plan: SearchPlan;
  readonly #space: KrylovSpace;
  #products = 0;
  #starts = 0;
  /** Wanted values when the last sweep began. While they stay, the first `known` vectors of the basis stand for them. */
  #sweep: { readonly values: readonly number[]; readonly known: number } | undefined;

  constructor(operator: LinearOperator, plan: SearchPlan) {
    this.#operator = operator;
    this.#plan = plan;
    this.#space = new KrylovSpace('lanczos', operator, this.#freshVector());
  }

  /** Until all is found or the budget is used up, but for a product for each pair. Whether the copies are complete. */
  async run(): Promise<boolean> {
    const [space, plan] = [this.#space, this.#plan];
    while (this.#products < plan.maxProducts - plan.wanted) {
      await space.expand();
      this.#countProduct();
      const isFull = space.size === plan.basisLimit;
      if (!isFull && !space.isInvariant && this.#products % lookEvery(space.size) !== 0) continue;
      if (space.size === this.#operator.size) return true;
      const ritz = space.ritzPairs();
      if (this.#isFound(ritz)) {
        if (plan.k === 1 || this.#addedNothing(ritz)) return true;
        if (!plan.multiplicities && !space.isInvariant && !this.#sweep) return false;
        if (this.#isNews(ritz)) {
          this.#beginSweep(ritz);
          continue;
        }
      }
      if (space.isInvariant) space.startAfresh(this.#freshVector());
      else if (isFull) this.#restart(ritz);
    }
    return false;
  }

  /** The wanted pairs, leading first, each measured with a product. Ends the search. */
  async measure(): Promise<{ measured: Eigenpair[]; products: number }> {
    const ritz = this.#space.ritzPairs();
    this.#space.keep(ritz, this.#wanted(ritz));
    const wanted = this.#wanted(ritz);
    const measured: Eigenpair[] = [];
    for (const [rank, vector] of this.#space.vectors.entries()) {
      const { pair } = await measurePair(this.#operator, vector, this.#accuracyOf(ritz, wanted[rank]!));
      this.#countProduct();
      measured.push(pair);
    }
    const compare = ranking[this.#plan.which];
    return { measured: measured.sort((a, b) => compare(a.value, b.value)), products: this.#products };
  }

  /** Indices of Ritz pairs, leading first. */
  #ranked({ values }: RitzPairs): number[] {
    const compare = ranking[this.#plan.which];
    return values.map((_, index) => index).sort((a, b) => compare(values[a]!, values[b]!));
  }

  /** Indices of the wanted Ritz pairs: the k leading ones, and the lowest. */
  #wanted(ritz: RitzPairs): number[] {
    const leading = this.#ranked(ritz).slice(0, this.#plan.k);
    return this.#plan.mostNegative ? [...new Set([...leading, 0])] : leading;
  }

  #isConverged(ritz: RitzPairs, index: number): boolean {
    return isAccurate(ritz.residuals[index]!, ritz.values[index]!, this.#accuracyOf(ritz, index));
  }

  /**
   * A leading pair is held to its own size. The lowest one may lie close to 0, where nothing of the size of rounding is small
   * beside it: it is held to the size of the operator.
   */
  #accuracyOf(ritz: RitzPairs, index: number) {
    const { tolerance, mostNegative, k } = this.#plan;
    const roundoff = this.#space.roundoff;
    if (!mostNegative || index !== 0 || this.#ranked(ritz).indexOf(0) < k) return { tolerance, roundoff };
    const norm = ritz.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return { tolerance, roundoff: Math.max(roundoff, tolerance * norm) };
  }

  #isFound(ritz: RitzPairs): boolean {
    return this.#space.size >= this.#plan.wanted && this.#wanted(ritz).every((index) => this.#isConverged(ritz, index));
  }

  /** Whether the wanted values differ from those before the last sweep. */
  #isNews(ritz: RitzPairs): boolean {
    const before = this.#sweep?.values;
    return this.#wanted(ritz).some((index, rank) => {
      const value = ritz.values[index]!;
      return !before || !isAccurate(Math.abs(value - before[rank]!), value, this.#accuracyOf(ritz, index));
    });
  }

  /** Whether a sweep is over in vain: its best pair has converged and is not among the wanted ones. */
  #addedNothing(ritz: RitzPairs): boolean {
    if (!this.#sweep || this.#isNews(ritz)) return false;
    const best = this.#ranked(ritz).find((index) => !this.#isKnown(ritz, index));
    return best !== undefined && this.#isConverged(ritz, best);
  }

  /** Whether a Ritz vector lies mostly in what was known before the last sweep. */
  #isKnown({ coordinates }: RitzPairs, index: number): boolean {
    const known = this.#sweep?.known ?? 0;
    let weight = 0;
    for (let row = 0; row < known; row++) weight += coordinates.get(row, index) ** 2;
    return weight > 0.5;
  }

  #beginSweep(ritz: RitzPairs): void {
    const wanted = this.#wanted(ritz);
    this.#space.keep(ritz, wanted);
    this.#space.startAfresh(this.#freshVector());
    this.#sweep = { values: wanted.map((index) => ritz.values[index]!), known: wanted.length };
  }

  /** Thick restart: keeps the wanted pairs and the best of the others, wanted ones first; half of the room is free again. */
  #restart(ritz: RitzPairs): void {
    const { wanted, basisLimit, mostNegative } = this.#plan;
    const ranked = this.#ranked(ritz);
    // Indices ascend with the values: the most negative one also keeps its neighbours.
    const others = mostNegative ? ranked.flatMap((index, rank) => [index, rank]) : ranked;
    const kept = new Set([...this.#wanted(ritz), ...others]);
    this.#space.keep(ritz, [...kept].slice(0, Math.floor((basisLimit + wanted) / 2)));
  }

  #freshVector(): Vector {
    const { size, dtype } = this.#operator;
    const index = this.#starts++;
    return probeVector({ distribution: 'gaussian', size, dtype, seed: this.#plan.seed, name: 'lanczos', index });
  }

  #countProduct(): void {
    this.#products++;
    this.#plan.onProgress?.({ products: this.#products, of: this.#plan.maxProducts });
  }
}
