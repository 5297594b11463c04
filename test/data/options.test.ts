import { describe, expect, it } from 'vitest';
import { randomiseLabels } from '../../src/data/core/label-noise.ts';
import { selectRows } from '../../src/data/core/selection.ts';
import { failureOf, loadFrom, perClassOf } from './support.ts';

const clusters = { name: 'clusters', examples: 200, testExamples: 50, classes: 5, dimension: 4 } as const;
const load = (options: object = {}, seed = 1) => loadFrom('/', { ...clusters, ...options }, seed);
const rows = (inputs: Float32Array, size = 4) =>
  Array.from({ length: inputs.length / size }, (_, row) => inputs.subarray(row * size, (row + 1) * size).join());

describe('a validation set', () => {
  it('is taken out of the training examples, the same ones whatever the seed', async () => {
    const [whole, first, second] = await Promise.all([load(), load({ validation: 40 }), load({ validation: 40 }, 2)]);
    expect(whole.validation).toBeNull();
    expect([first.train.count, first.validation!.count]).toEqual([160, 40]);
    const together = [...rows(first.train.inputs), ...rows(first.validation!.inputs)];
    expect(together.toSorted()).toEqual(rows(whole.train.inputs).toSorted());
    expect(second.validation!.inputs).toEqual(first.validation!.inputs);
    expect(first.test.inputs).toEqual(whole.test.inputs);
    expect(new Set([await whole.digest(), await first.digest()]).size).toBe(2);
  });

  it('enters the digest', async () => {
    const sets = await Promise.all([load({ validation: 40 }), load({ validation: 40, labelNoise: { share: 0 } })]);
    expect(await sets[1].digest()).toBe(await sets[0].digest());
    expect(await (await load({ validation: 41 })).digest()).not.toBe(await sets[0].digest());
  });

  it('cannot take all training examples', async () => {
    expect(await failureOf(load({ validation: 200 }))).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: 'clusters: validation: expected at most 199, of the training examples, got 200',
    });
  });
});

describe('a subset of each class', () => {
  it('has so many examples of each, drawn by the seed of the run', async () => {
    const [first, again, other] = await Promise.all([
      load({ perClass: 7 }),
      load({ perClass: 7 }),
      load({ perClass: 7 }, 2),
    ]);
    expect(perClassOf(first.train, 5)).toEqual([7, 7, 7, 7, 7]);
    expect(await again.digest()).toBe(await first.digest());
    expect(await other.digest()).not.toBe(await first.digest());
    expect(first.test.count).toBe(50);
  });

  it('is part of a larger one, and never holds validation examples', async () => {
    const [small, large] = await Promise.all([
      load({ perClass: 5, validation: 50 }),
      load({ perClass: 9, validation: 50 }),
    ]);
    const larger = new Set(rows(large.train.inputs));
    expect(rows(small.train.inputs).every((row) => larger.has(row))).toBe(true);
    const apart = new Set(rows(small.validation!.inputs));
    expect(rows(large.train.inputs).some((row) => apart.has(row))).toBe(false);
  });

  it('cannot be drawn where a class has no examples', () => {
    const part = { values: new Uint8Array(4), labels: Uint8Array.of(0, 2, 0, 2), count: 4 };
    const raw = { train: part, test: part, classNames: ['a', 'b', 'c'] };
    const options = { examples: 'all', testExamples: 'all', perClass: 1 } as const;
    expect(() => selectRows('x', raw, options, 1)).toThrow('expected at most 0, examples of class 1, got 1');
  });

  it('cannot be larger than the smallest class', async () => {
    expect((await failureOf(load({ perClass: 41 }))).message).toBe(
      'clusters: perClass: expected at most 40, examples of class 0, got 41',
    );
  });
});

describe('label noise', () => {
  it('draws the share of the labels anew and leaves the inputs', async () => {
    const [clean, noisy] = await Promise.all([load(), load({ labelNoise: { share: 0.5 } })]);
    expect(clean.relabelled).toBeNull();
    expect(noisy.relabelled!.train).toHaveLength(100);
    expect(noisy.relabelled!.test).toHaveLength(0);
    expect(noisy.train.inputs).toEqual(clean.train.inputs);
    expect(noisy.test.labels).toEqual(clean.test.labels);
    const drawn = new Set(noisy.relabelled!.train);
    const changed = [...clean.train.labels.keys()].filter((row) => noisy.train.labels[row] !== clean.train.labels[row]);
    expect(changed.every((row) => drawn.has(row))).toBe(true);
    expect(changed.length).toBeGreaterThan(60);
    expect(changed.length).toBeLessThan(95);
  });

  it('reaches test labels where it is asked to, never validation labels', async () => {
    const options = { validation: 40, labelNoise: { share: 1, test: true } };
    const [clean, noisy] = await Promise.all([load({ validation: 40 }), load(options)]);
    expect(noisy.relabelled!.test).toHaveLength(50);
    expect(noisy.test.labels).not.toEqual(clean.test.labels);
    expect(noisy.validation!.labels).toEqual(clean.validation!.labels);
  });

  it('has a seed of its own, else that of the run', async () => {
    const noise = (seed?: number) => ({ labelNoise: { share: 0.5, ...(seed === undefined ? {} : { seed }) } });
    const [a, b, c, d] = await Promise.all([load(noise()), load(noise(), 2), load(noise(9)), load(noise(9), 2)]);
    expect(a.train.labels).not.toEqual(b.train.labels);
    expect(c.train.labels).toEqual(d.train.labels);
  });

  it('is uniform over all classes, and a larger share adds to a smaller one', () => {
    const labels = new Uint8Array(10_000);
    const half = randomiseLabels(labels, 4, 0.5, 1, 'train');
    const whole = randomiseLabels(labels, 4, 1, 1, 'train');
    expect(perClassOf({ labels: whole.labels, inputs: new Float32Array(), count: 10_000 }, 4)).toSatisfy(
      (counts: number[]) => counts.every((count) => Math.abs(count - 2500) < 200),
    );
    expect([...half.drawn].every((row) => half.labels[row] === whole.labels[row])).toBe(true);
    expect(labels.every((label) => label === 0)).toBe(true);
    expect([...half.drawn]).toEqual([...half.drawn].toSorted((a, b) => a - b));
  });
});

describe('Gaussian clusters', () => {
  it('have centres at the distance asked for and unit variance around them', async () => {
    const set = await load({ examples: 20_000, classes: 2, separation: 6 });
    expect(perClassOf(set.train, 2)).toEqual([10_000, 10_000]);
    for (const label of [0, 1]) {
      const members = [...set.train.labels.keys()].filter((row) => set.train.labels[row] === label);
      const mean = [0, 1, 2, 3].map(
        (axis) => members.reduce((sum, row) => sum + set.train.inputs[4 * row + axis]!, 0) / members.length,
      );
      expect(Math.hypot(...mean)).toBeCloseTo(6, 1);
      const spread = members.reduce(
        (sum, row) => sum + mean.reduce((s, m, axis) => s + (set.train.inputs[4 * row + axis]! - m) ** 2, 0),
        0,
      );
      expect(spread / members.length / 4).toBeCloseTo(1, 1);
    }
  });

  it('share centres between training and test, and depend on their own seed alone', async () => {
    const [a, b, other] = await Promise.all([load({}, 1), load({}, 2), load({ seed: 43 })]);
    expect(await b.digest()).toBe(await a.digest());
    expect(await other.digest()).not.toBe(await a.digest());
    expect([...a.train.labels.subarray(0, 20)]).not.toEqual([...a.train.labels.subarray(0, 20)].toSorted());
  });

  it('are normalised only on request', async () => {
    expect((await load()).normalisation).toBeNull();
    const { train, normalisation } = await load({ normalise: true });
    expect(normalisation!.std).toHaveLength(1);
    expect(train.inputs.reduce((sum, value) => sum + value ** 2, 0) / train.inputs.length).toBeCloseTo(1, 5);
  });

  it('may have more classes than a byte counts', async () => {
    const set = await load({ classes: 300, examples: 600, testExamples: 300 });
    expect(set.train.labels).toBeInstanceOf(Int32Array);
    expect(Math.max(...set.train.labels)).toBe(299);
  });
});

describe('the normalisation', () => {
  it('can be left out', async () => {
    const spec = { name: 'mnist-1d', examples: 100, testExamples: 20 } as const;
    const [on, off] = await Promise.all([loadFrom('/', spec), loadFrom('/', { ...spec, normalise: false })]);
    expect(off.normalisation).toBeNull();
    const { mean, std } = on.normalisation!;
    expect(on.train.inputs[7]).toBeCloseTo((off.train.inputs[7]! - mean[0]!) / std[0]!, 5);
  });
});
