import type { Labels, Normalisation } from './examples.ts';

/** Examples as their source has them, before a subset is drawn and inputs are normalised. */
export interface RawExamples {
  /** Row-major `[count, ...inputShape]`; bytes are pixels from 0 to 255, scaled to `[0, 1]` when they become inputs. */
  readonly values: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly labels: Labels;
  readonly count: number;
}

/** All that a source holds. */
export interface RawDataSet {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly train: RawExamples;
  readonly test: RawExamples;
  /** The recorded constants of the set; null: they are computed from all its training examples. */
  readonly normalisation: Normalisation | null;
}

/** Labels in the smallest array that holds them. */
export function labelsFrom(labels: ArrayLike<number>, classes: number): Labels {
  return classes <= 256 ? Uint8Array.from(labels) : Int32Array.from(labels);
}

/**
 * A zero-filled array for `length` elements of the type of `like`. What files were read into may be a `Buffer`, whose
 * constructor and methods differ from those of the byte array that it extends.
 */
export function emptyLike<A extends RawExamples['values'] | Labels>(like: A, length: number): A {
  const Constructor = like instanceof Uint8Array ? Uint8Array : (like.constructor as Float32ArrayConstructor);
  return new Constructor(length) as A;
}

/** The rows `order` of raw examples, copied. */
export function takeRaw(raw: RawExamples, order: Uint32Array): RawExamples {
  const size = raw.values.length / raw.count;
  const values = emptyLike(raw.values, order.length * size);
  order.forEach((index, row) => values.set(raw.values.subarray(index * size, (index + 1) * size), row * size));
  return { values, labels: takeLabels(raw.labels, order), count: order.length };
}

/** The labels of the examples `order`, copied. */
export function takeLabels(labels: Labels, order: Uint32Array): Labels {
  const taken = emptyLike(labels, order.length);
  order.forEach((index, row) => (taken[row] = labels[index]!));
  return taken;
}
