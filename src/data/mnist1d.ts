import { permutation, randomStream, type RandomStream } from '../base/index.ts';
import { catalogueEntry, type DataSpecification } from './catalogue.ts';
import { digestOf, type DataSet, type ExampleSet } from './examples.ts';
import { finalLength, templates, transformTemplate } from './mnist1d-recipe.ts';

/**
 * Generates MNIST-1D: ten templates, each distorted anew for every example (see `mnist1d-recipe.ts`), shuffled,
 * centred and scaled to unit standard deviation over all values, then split into training and test examples.
 *
 * `examples + testExamples` sequences are generated, as many of each class (the first classes have one more when the
 * number is not a multiple of ten). Inputs are float32 `[40]`. The same seed gives the same bits. The random numbers
 * are Thalweg's own, so the examples are not those of the published file, but drawn from the same distribution.
 */
export function generateMnist1d(specification: Extract<DataSpecification, { name: 'mnist-1d' }>): DataSet {
  const { examples, testExamples, seed } = specification;
  const { name, inputShape, classNames } = catalogueEntry('mnist-1d');
  const total = examples + testExamples;
  const { raw, labels } = generateSequences(total, randomStream(seed, 'mnist-1d', 'sequences'));
  const { mean, std } = moments(raw);
  const order = permutation(total, randomStream(seed, 'mnist-1d', 'order'));
  const part = (indices: Uint32Array): ExampleSet => takeNormalised(raw, labels, indices, mean, std);
  const [train, test] = [part(order.subarray(0, examples)), part(order.subarray(examples))];
  const normalisation = { mean: [mean], std: [std] };
  return {
    name,
    inputShape,
    classes: classNames.length,
    classNames,
    train,
    test,
    digest: digestOf(train, test),
    normalisation,
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
function moments(values: Float64Array): { mean: number; std: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

function takeNormalised(
  raw: Float64Array,
  labels: Uint8Array,
  indices: Uint32Array,
  mean: number,
  std: number,
): ExampleSet {
  const inputs = new Float32Array(indices.length * finalLength);
  indices.forEach((index, row) => {
    for (let point = 0; point < finalLength; point++) {
      inputs[row * finalLength + point] = (raw[index * finalLength + point]! - mean) / std;
    }
  });
  return { inputs, labels: Uint8Array.from(indices, (index) => labels[index]!), count: indices.length };
}
