import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RandomStream } from '../../src/base/index.ts';
import { loadDataSet, type ExampleSet } from '../../src/data/index.ts';
import { resample, smoothen, templates, transformTemplate } from '../../src/data/core/mnist1d-recipe.ts';

const generate = (examples = 4000, testExamples = 1000, seed = 42) =>
  loadDataSet({ name: 'mnist-1d', examples, testExamples, seed, normalise: true }, { seed: 1 });

/** The random numbers with which `goldens/mnist1d.py` ran the published code. */
function goldenStream(): RandomStream {
  let drawn = 0;
  const uniform = (): number => (++drawn * 0.6180339887498949) % 1;
  return { uniform, integer: (bound) => Math.floor(uniform() * bound), normal: () => 2 * uniform() - 1 };
}

function nearestNeighbourAccuracy(train: ExampleSet, test: ExampleSet): number {
  const input = (set: ExampleSet, index: number) => set.inputs.subarray(index * 40, index * 40 + 40);
  const distance = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
  const correct = Array.from(test.labels).filter((label, index) => {
    const distances = Array.from(train.labels, (_, other) => distance(input(test, index), input(train, other)));
    return train.labels[distances.indexOf(Math.min(...distances))] === label;
  });
  return correct.length / test.count;
}

describe('one example of MNIST-1D', () => {
  it('is what the published code makes of the same random numbers', () => {
    const goldens = JSON.parse(readFileSync(new URL('goldens/mnist1d.json', import.meta.url), 'utf8')) as {
      label: number;
      values: number[];
    }[];
    const stream = goldenStream();
    for (const { label, values } of goldens) {
      const example = transformTemplate(templates[label]!, stream);
      expect(example).toHaveLength(values.length);
      values.forEach((value, index) => expect(example[index]).toBeCloseTo(value, 10));
    }
    expect(goldens).toHaveLength(4);
  });

  it('is resampled linearly, both ends kept', () => {
    expect([...resample(Float64Array.of(0, 2, 4), 5)]).toEqual([0, 1, 2, 3, 4]);
    expect([...resample(Float64Array.of(3, 1, 7, 5), 4)]).toEqual([3, 1, 7, 5]);
  });

  it('has noise smoothed with weights of sum 1, also at the ends', () => {
    expect([...smoothen(new Float64Array(20).fill(3))].every((value) => Math.abs(value - 3) < 1e-12)).toBe(true);
    const impulse = new Float64Array(41);
    impulse[20] = 1;
    const smooth = smoothen(impulse);
    expect(smooth[22]! / smooth[20]!).toBeCloseTo(Math.exp(-0.5), 12);
    expect(smooth[18]).toBe(smooth[22]);
    expect(smooth[11]).toBe(0);
  });
});

describe('MNIST-1D', () => {
  it('has 4,000 and 1,000 sequences of 40 numbers, 500 of each class in all', async () => {
    const { train, test, inputShape, classes } = await generate();
    expect([train.count, test.count, inputShape, classes]).toEqual([4000, 1000, [40], 10]);
    expect([train.inputs.length, test.inputs.length]).toEqual([160_000, 40_000]);
    const perClass = new Array<number>(10).fill(0);
    for (const label of [...train.labels, ...test.labels]) perClass[label]!++;
    expect(perClass).toEqual(new Array(10).fill(500));
  });

  it('shares a number of examples that ten does not divide as evenly as possible', async () => {
    const { train, test } = await generate(13, 4);
    const perClass = new Array<number>(10).fill(0);
    for (const label of [...train.labels, ...test.labels]) perClass[label]!++;
    expect(perClass.toSorted()).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('has mean 0 and standard deviation 1 over all values, and says what they were', async () => {
    const { train, test, normalisation } = await generate();
    const values = [...train.inputs, ...test.inputs];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 6);
    expect(variance).toBeCloseTo(1, 6);
    // The published file has 0.1547 before scaling.
    expect(normalisation!.std[0]).toBeCloseTo(0.1547, 2);
  });

  it('has the same bits for the same seed, whatever the seed of the run, and others for another', async () => {
    const specification = { name: 'mnist-1d', examples: 50, testExamples: 10, seed: 7, normalise: true } as const;
    const [first, again] = await Promise.all([
      loadDataSet(specification, { seed: 1 }),
      loadDataSet(specification, { seed: 2 }),
    ]);
    expect(await again.digest()).toBe(await first.digest());
    expect(again.train.inputs).toEqual(first.train.inputs);
    expect(await (await generate(50, 10, 8)).digest()).not.toBe(await first.digest());
  });

  it('is as hard for the nearest neighbour as the published file', async () => {
    const { train, test } = await generate();
    // The published examples give 0.567; a class more or less blurred, or shuffled labels, would leave this band.
    const accuracy = nearestNeighbourAccuracy(train, { ...test, labels: test.labels.subarray(0, 500), count: 500 });
    expect(accuracy).toBeGreaterThan(0.5);
    expect(accuracy).toBeLessThan(0.65);
  });
});
