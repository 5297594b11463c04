import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { invariant } from '../base/index.ts';
import { checkSymmetric } from './check.ts';
import type { LinearOperator } from './operator.ts';
import { divided, splitBy } from './orthogonal.ts';
import { norm, roundoffOf, type Vector } from './vectors.ts';

/** Ritz pairs of a space with basis V: eigenpairs of `H = VᵀA V`, by ascending value. */
export interface RitzPairs {
  readonly values: readonly number[];
  /** Column i of the m×m matrix S: coordinates of Ritz vector i, which is `V sᵢ`. */
  readonly coordinates: Matrix;
  /** Estimates of `‖A V sᵢ − θᵢ V sᵢ‖` from the recurrence: `β·|s_{m,i}|`. */
  readonly residuals: readonly number[];
}

/**
 * A Krylov space of a symmetric operator, which grows by one product at a time (Lanczos with full reorthogonalisation):
 *
 *     A V = V H + β q eᵀₘ,   VᵀV = I,  Vᵀq = 0,  H = VᵀA V
 *
 * Every element of H is measured, not only the three diagonals that are not zero in exact arithmetic, so that the same
 * step goes on after a breakdown or a restart. Memory: m vectors of the operator's type, and one in float64.
 */
export class KrylovSpace {
  readonly operator: LinearOperator;
  /** V: orthonormal. */
  readonly vectors: Vector[] = [];
  /** H above and on its diagonal: column j has the elements i ≤ j. */
  #columns: Float64Array<ArrayBuffer>[] = [];
  /** q: the unit vector that is multiplied next; none while the space is invariant. */
  #next: Vector | undefined;
  /** β: length of the part of the last product outside the space. */
  #coupling = 0;
  #scale = 0;

  /** @param start any vector but zero */
  constructor(subject: string, operator: LinearOperator, start: Vector) {
    checkSymmetric(subject, operator);
    this.operator = operator;
    this.startAfresh(start);
  }

  /** m: dimension of the space. */
  get size(): number {
    return this.vectors.length;
  }

  /** The largest `‖Av‖` of a unit vector so far: at most ‖A‖. */
  get scale(): number {
    return this.#scale;
  }

  /** Length below which a vector is rounding error of a product: 10ε·{@link scale}. */
  get roundoff(): number {
    return 10 * roundoffOf(this.operator.dtype) * this.#scale;
  }

  /** Whether A maps the space into itself (a breakdown): every Ritz pair is then an eigenpair. */
  get isInvariant(): boolean {
    return this.#next === undefined;
  }

  /** One product: `V ← [V, q]`. Of what A makes of q, the part outside the space is the next q, unless it is rounding. */
  async expand(): Promise<void> {
    invariant(this.#next, 'an invariant Krylov space cannot grow');
    const product = await this.operator.apply(this.#next);
    this.vectors.push(this.#next);
    const { coefficients, rest } = splitBy(this.vectors, product);
    this.#columns.push(coefficients);
    this.#scale = Math.max(this.#scale, norm(product));
    const length = norm(rest);
    this.#coupling = length > this.roundoff ? length : 0;
    this.#next = this.#coupling > 0 ? divided(rest, length, this.operator.dtype) : undefined;
  }

  /** Goes on with the direction of v outside the space, instead of q. */
  startAfresh(v: Vector): void {
    const { rest } = splitBy(this.vectors, v);
    const length = norm(rest);
    invariant(length > 0, 'a Krylov space starts from a vector outside of it');
    this.#coupling = 0;
    this.#next = divided(rest, length, this.operator.dtype);
  }

  ritzPairs(): RitzPairs {
    const m = this.size;
    const H = Matrix.zeros(m, m);
    this.#columns.forEach((column, j) =>
      column.forEach((value, i) => {
        H.set(i, j, value);
        H.set(j, i, value);
      }),
    );
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(H, { assumeSymmetric: true });
    const order = realEigenvalues.map((_, index) => index).sort((a, b) => realEigenvalues[a]! - realEigenvalues[b]!);
    const coordinates = eigenvectorMatrix.subMatrixColumn(order);
    return {
      values: order.map((index) => realEigenvalues[index]!),
      coordinates,
      residuals: order.map((_, i) => this.#coupling * Math.abs(coordinates.get(m - 1, i))),
    };
  }

  /**
   * Keeps only the Ritz vectors `chosen`, in that order: `V ← V S`, `H ← diag(θ)` (the restart of Wu and Simon 2000). In
   * place, element by element, without the memory of another basis. The next q stays.
   */
  keep({ values, coordinates }: RitzPairs, chosen: readonly number[]): void {
    const columns = chosen.map((index) => Float64Array.from(coordinates.getColumn(index)));
    const row = new Float64Array(this.size);
    for (let element = 0; element < this.operator.size; element++) {
      for (let j = 0; j < row.length; j++) row[j] = this.vectors[j]![element]!;
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        let total = 0;
        for (let j = 0; j < row.length; j++) total += row[j]! * column[j]!;
        this.vectors[i]![element] = total;
      }
    }
    this.vectors.length = chosen.length;
    this.#columns = chosen.map((index, j) => {
      const column = new Float64Array(j + 1);
      column[j] = values[index]!;
      return column;
    });
  }
}
