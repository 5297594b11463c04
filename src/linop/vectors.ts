import { allocate, invariant } from '../base/index.ts';

/** A vector in the memory of this process. */
export type Vector = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Element types of vectors. */
export type FloatType = 'float32' | 'float64';

/** Unit roundoff ε of a type: the distance from 1 to the next number, 2⁻²³ or 2⁻⁵². */
export const roundoffOf = (dtype: FloatType): number => (dtype === 'float32' ? 2 ** -23 : 2 ** -52);

/** The element type of a vector. */
export const typeOf = (v: Vector): FloatType => (v instanceof Float32Array ? 'float32' : 'float64');

/** A vector of zeros. */
export const zeros = (dtype: FloatType, size: number): Vector => allocate(dtype, size);

/** `⟨u, v⟩ = Σ uᵢvᵢ`, accumulated in float64 in the order of the elements. */
export function dot(u: Vector, v: Vector): number {
  invariant(u.length === v.length, `dot of ${u.length} and ${v.length} elements`);
  let total = 0;
  for (let index = 0; index < u.length; index++) total += u[index]! * v[index]!;
  return total;
}

/** `‖v‖₂ = √⟨v, v⟩` */
export const norm = (v: Vector): number => Math.sqrt(dot(v, v));

/** `y ← y + a·x`, in place. */
export function axpy(a: number, x: Vector, y: Vector): void {
  invariant(x.length === y.length, `axpy of ${x.length} and ${y.length} elements`);
  for (let index = 0; index < y.length; index++) y[index]! += a * x[index]!;
}

/** `x ← a·x`, in place. */
export function scale(a: number, x: Vector): void {
  for (let index = 0; index < x.length; index++) x[index]! *= a;
}

/** `a·x` in a new vector. */
export function scaledVector(a: number, x: Vector): Vector {
  const result = x.slice();
  scale(a, result);
  return result;
}

/** `‖x − a·y‖₂`, without a vector for the difference. */
export function distance(x: Vector, a: number, y: Vector): number {
  let total = 0;
  for (let index = 0; index < x.length; index++) total += (x[index]! - a * y[index]!) ** 2;
  return Math.sqrt(total);
}
