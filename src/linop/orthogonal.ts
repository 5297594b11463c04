import { dot, norm, roundoffOf, typeOf, zeros, type FloatType, type Vector } from './vectors.ts';

/** A vector split into its part in the span of a basis and the rest. */
export interface Split {
  /** `h = Qᵀv` */
  readonly coefficients: Float64Array<ArrayBuffer>;
  /** `v − Q h`, in float64 */
  readonly rest: Float64Array<ArrayBuffer>;
}

/**
 * Splits v by an orthonormal basis Q: `v = Q h + rest` with `Qᵀ rest = 0`. Gram–Schmidt, done twice in float64: once is
 * not enough where v lies almost in the span, twice is (Giraud, Langou, Rozložník 2005).
 */
export function splitBy(basis: readonly Vector[], v: Vector): Split {
  const rest = Float64Array.from(v);
  const coefficients = new Float64Array(basis.length);
  for (let pass = 0; pass < 2; pass++) {
    const part = basis.map((q) => dot(q, rest));
    for (const [index, q] of basis.entries()) {
      coefficients[index]! += part[index]!;
      for (let element = 0; element < rest.length; element++) rest[element]! -= part[index]! * q[element]!;
    }
  }
  return { coefficients, rest };
}

/** `v/length` in a new vector of a type. */
export function divided(v: Vector, length: number, dtype: FloatType): Vector {
  const result = zeros(dtype, v.length);
  for (let index = 0; index < v.length; index++) result[index] = v[index]! / length;
  return result;
}

/**
 * An orthonormal basis of the span of vectors (of one type, which it keeps). A vector of which at most 10ε of its length
 * is left outside the span of those before it adds nothing: the number of basis vectors is the rank.
 */
export function orthonormalBasis(vectors: readonly Vector[]): Vector[] {
  const basis: Vector[] = [];
  for (const v of vectors) {
    const { rest } = splitBy(basis, v);
    const length = norm(rest);
    if (length > 10 * roundoffOf(typeOf(v)) * norm(v)) basis.push(divided(rest, length, typeOf(v)));
  }
  return basis;
}
