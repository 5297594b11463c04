import type { DataSet, DigestOf, ExampleSet, Labels, Normalisation } from './examples.ts';
import { randomiseLabels, type NoisyLabels } from './label-noise.ts';
import { channelsOf, givenNormalisation, measureNormalisation, normalisedInputs } from './normalise.ts';
import { takeLabels, type RawDataSet, type RawExamples } from './raw.ts';
import { selectRows, type SelectionOptions } from './selection.ts';

/** What a specification says of any data set. */
export interface AssemblyOptions extends SelectionOptions {
  readonly labelNoise?:
    { readonly share: number; readonly seed?: number | undefined; readonly test: boolean } | undefined;
  readonly normalise: boolean;
  /** Given constants; default: the recorded ones, else measured ones. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/**
 * The data set of a run from all that its source holds: examples chosen ({@link selectRows}), labels drawn anew
 * ({@link randomiseLabels}), inputs normalised. Constants that are not recorded are measured on all training examples of
 * the source, so that they do not depend on the subset. The raw examples are not kept.
 *
 * @param seed of the run: it draws subsets, and label noise without a seed of its own
 */
export function assembleDataSet(raw: RawDataSet, options: AssemblyOptions, seed: number, digestOf: DigestOf): DataSet {
  const { name, inputShape, classNames } = raw;
  const channels = channelsOf(inputShape);
  const rows = selectRows(name, raw, options, seed);
  const given = givenNormalisation(name, options, channels);
  const normalisation = options.normalise
    ? (given ?? raw.normalisation ?? measuredOnce(name, raw.train, channels))
    : null;
  const part = (from: RawExamples, chosen: Uint32Array): ExampleSet =>
    takeExamples(from, chosen, channels, normalisation);
  const train = part(raw.train, rows.train);
  const test = part(raw.test, rows.test);
  const validation = rows.validation === null ? null : part(raw.train, rows.validation);
  const noise = labelNoise(train.labels, test.labels, classNames.length, options, seed);
  const used = { train: { ...train, labels: noise.train.labels }, test: { ...test, labels: noise.test.labels } };
  let digest: Promise<string> | null = null;
  return {
    name,
    inputShape,
    classes: classNames.length,
    classNames,
    ...used,
    validation,
    // A tenth of a second for MNIST: taken when somebody asks.
    digest: () =>
      (digest ??= Promise.resolve(digestOf([used.train, used.test, ...(validation === null ? [] : [validation])]))),
    normalisation,
    relabelled: options.labelNoise === undefined ? null : { train: noise.train.drawn, test: noise.test.drawn },
  };
}

/** Constants of sources that are kept. */
const measured = new WeakMap<RawExamples, Normalisation>();

function measuredOnce(name: string, raw: RawExamples, channels: number): Normalisation {
  const normalisation = measured.get(raw) ?? measureNormalisation(name, raw, channels);
  measured.set(raw, normalisation);
  return normalisation;
}

function takeExamples(
  raw: RawExamples,
  rows: Uint32Array,
  channels: number,
  normalisation: Normalisation | null,
): ExampleSet {
  return {
    inputs: normalisedInputs(raw, rows, channels, normalisation),
    labels: takeLabels(raw.labels, rows),
    count: rows.length,
  };
}

function labelNoise(
  train: Labels,
  test: Labels,
  classes: number,
  { labelNoise: noise }: AssemblyOptions,
  seed: number,
): { train: NoisyLabels; test: NoisyLabels } {
  const draw = (labels: Labels, share: number, part: 'train' | 'test'): NoisyLabels =>
    randomiseLabels(labels, classes, share, noise?.seed ?? seed, part);
  return {
    train: draw(train, noise?.share ?? 0, 'train'),
    test: draw(test, noise?.test === true ? noise.share : 0, 'test'),
  };
}
