import { invariant } from '../../base/index.ts';

/** Examples with their class labels. */
export interface ExampleSet {
  /** Network inputs, row-major `[count, ...inputShape]`, normalised as the data set says. */
  readonly inputs: Float32Array<ArrayBuffer>;
  /** Class of each example, in `[0, classes)`. */
  readonly labels: Labels;
  readonly count: number;
}

/** Classes of examples; bytes where there are at most 256 of them. */
export type Labels = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/**
 * Per channel: `input = (raw − mean) / std`, where raw pixels were scaled to `[0, 1]`. One entry for each channel of
 * inputs `[channels, height, width]`, or a single one for all values.
 */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A data set as a run uses it: subsets drawn, inputs normalised. */
export interface DataSet {
  readonly name: string;
  /** Shape of one input: `[channels, height, width]` for images, `[features]` for sequences. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** Name of class `k` at index `k`. */
  readonly classNames: readonly string[];
  readonly train: ExampleSet;
  /** Training examples that were kept apart; null when the specification asks for none. */
  readonly validation: ExampleSet | null;
  readonly test: ExampleSet;
  /** SHA-256 (hexadecimal) of the examples as used, see {@link DigestOf}; taken once, when it is first asked for. */
  readonly digest: () => Promise<string>;
  /** What was subtracted from and divided out of the raw inputs; null: nothing. */
  readonly normalisation: Normalisation | null;
  /** Examples whose labels were drawn anew, ascending; null without label noise. */
  readonly relabelled: Relabelled | null;
}

/** Positions, in their sets, of the examples whose labels were drawn anew. */
export interface Relabelled {
  readonly train: Uint32Array<ArrayBuffer>;
  readonly test: Uint32Array<ArrayBuffer>;
}

/** Elements of one input: the size of `inputShape`. */
export function inputSize(set: ExampleSet): number {
  invariant(
    set.count > 0 && set.inputs.length % set.count === 0,
    `${set.inputs.length} inputs of ${set.count} examples`,
  );
  return set.inputs.length / set.count;
}

/**
 * SHA-256 (hexadecimal) over the bytes of each set's inputs (float32, little-endian) and labels, one after the other: training, test,
 * and then, where there is one, the validation set.
 */
export type DigestOf = (sets: readonly ExampleSet[]) => string | Promise<string>;
