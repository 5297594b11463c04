import { permutation, randomStream, type RandomStream } from '../../base/index.ts';
import type { DataSpecification } from './catalogue.ts';
import { labelsFrom, type RawDataSet, type RawExamples } from './raw.ts';

type Clusters = Extract<DataSpecification, { name: 'clusters' }>;

/**
 * Generates Gaussian clusters, one a class: `x = s·u_y + ε` with `ε ~ N(0, I)`, `s` the separation and `u_k` a unit
 * vector of random direction for each class `k`. Values are float32 `[dimension]`. Training and test examples share the
 * clusters, are as many of each class (the first have one more where the number does not divide), and come in random
 * order. The same seed gives the same bits.
 */
export function generateClusters(specification: Clusters): RawDataSet {
  const { name, classes, dimension, separation, seed, examples, testExamples } = specification;
  const stream = randomStream(seed, 'clusters', 'centres');
  const centres = Array.from({ length: classes }, () => {
    const direction = Float64Array.from({ length: dimension }, () => stream.normal());
    const norm = Math.hypot(...direction);
    return direction.map((value) => (separation * value) / norm);
  });
  return {
    name,
    inputShape: [dimension],
    classNames: centres.map((_, label) => String(label)),
    train: sample(centres, examples, randomStream(seed, 'clusters', 'train')),
    test: sample(centres, testExamples, randomStream(seed, 'clusters', 'test')),
    normalisation: null,
  };
}

function sample(centres: readonly Float64Array[], count: number, stream: RandomStream): RawExamples {
  const dimension = centres[0]!.length;
  const order = permutation(count, stream);
  const labels = labelsFrom(
    Array.from(order, (index) => index % centres.length),
    centres.length,
  );
  const values = new Float32Array(count * dimension);
  labels.forEach((label: number, row: number) => {
    const centre = centres[label]!;
    for (let axis = 0; axis < dimension; axis++) values[row * dimension + axis] = centre[axis]! + stream.normal();
  });
  return { values, labels, count };
}
