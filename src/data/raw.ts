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

/** The rows `order` of raw examples, copied. */
export function takeRaw(raw: RawExamples, order: Uint32Array): RawExamples {
  const size = raw.values.length / raw.count;
  const values = new (raw.values.constructor as Uint8ArrayConstructor)(order.length * size) as RawExamples['values'];
  const labels = new (raw.labels.constructor as Uint8ArrayConstructor)(order.length) as Labels;
  order.forEach((index, row) => {
    values.set(raw.values.subarray(index * size, (index + 1) * size), row * size);
    labels[row] = raw.labels[index]!;
  });
  return { values, labels, count: order.length };
}
