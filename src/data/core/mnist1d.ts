import { permutation, randomStream, type RandomStream } from '../../base/index.ts';
import { catalogueEntry, type DataSpecification } from './catalogue.ts';
import { finalLength, templates, transformTemplate } from './mnist1d-recipe.ts';
import type { Normalisation } from './examples.ts';
import { takeRaw, type RawDataSet } from './raw.ts';

/**
 * Generates MNIST-1D: ten templates, each distorted anew for every example (see `mnist1d-recipe.ts`), shuffled, then
 * split into training and test examples. They are normalised by the moments of all values of both parts.
 *
 * `examples + testExamples` sequences are generated, as many of each class (the first classes have one more when the
 * number is not a multiple of ten). Values are float64 `[40]`. The same seed gives the same bits. The random numbers
 * are Thalweg's own, so the examples are not those of the published file, but drawn from the same distribution.
 */
export function generateMnist1d(specification: Extract<DataSpecification, { name: 'mnist-1d' }>): RawDataSet {
  const { examples, testExamples, seed } = specification;
  const { name, inputShape, classNames } = catalogueEntry('mnist-1d');
  const total = examples + testExamples;
  const { raw, labels } = generateSequences(total, randomStream(seed, 'mnist-1d', 'sequences'));
  const order = permutation(total, randomStream(seed, 'mnist-1d', 'order'));
  const all = { values: raw, labels, count: total };
  return {
    name,
    inputShape,
    classNames,
    train: takeRaw(all, order.subarray(0, examples)),
    test: takeRaw(all, order.subarray(examples)),
    normalisation: moments(raw),
  };
}

/** `total` sequences class by class, float64 `[total, 40]`. */
function generateSequences(total: number, stream: RandomStream) {
  const raw = new Float64Array(total * finalLength);
  const labels = new Uint8Array(total);
  for (let example = 0; example < total; example++) {
    const label = Math.floor((example * templates.length) / total);
    labels[example] = label;
    raw.set(transformTemplate(templates[label]!, stream), example * finalLength);
  }
  return { raw, labels };
}

/** Mean and population standard deviation of all values. */
function moments(values: Float64Array): Normalisation {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean: [mean], std: [Math.sqrt(squares / values.length)] };
}
