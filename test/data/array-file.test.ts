import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataSet, type DataSpecification } from '../../src/data/index.ts';
import { specificationSchema } from '../../src/contract/index.ts';
import { nchw, withLayout } from '../../src/data/array-layout.ts';
import { failureOf, loadFrom } from './support.ts';

const goldens = resolve(import.meta.dirname, '../goldens/arrays');
const expected = JSON.parse(readFileSync(join(goldens, 'arrays.json'), 'utf8')) as Record<string, number[]>;
const stored = { name: 'arrays', path: 'stored.npz', normalise: false } as const;
const image = { type: 'uint8', data: new Uint8Array() } as const;

describe('a file of arrays as a data set', () => {
  it('has inputs and labels under usual names, in its own order', async () => {
    const set = await loadFrom(goldens, { ...stored, testShare: 0 });
    expect(set).toMatchObject({ inputShape: [5], classes: 3, train: { count: 12 }, test: { count: 0 } });
    expect([...set.train.inputs]).toEqual(expected['x']);
    expect([...set.train.labels]).toEqual(expected['y']);
    const same = await loadFrom(goldens, { ...stored, path: 'arrays.safetensors', testShare: 0 });
    expect(await same.digest()).toBe(await set.digest());
  });

  it('has its channels moved to the front where they come last, and says so', async () => {
    const notes: string[] = [];
    const { data } = specificationSchema
      .pick({ data: true })
      .parse({ data: { name: 'arrays', path: 'deflated.npz', normalise: false } });
    const options = { dataDirectory: goldens, seed: 1, onNote: (note: string) => void notes.push(note) };
    const set = await loadDataSet(data, options);
    expect(set).toMatchObject({ inputShape: [3, 6, 5], train: { count: 8 }, test: { count: 2 } });
    expect([...set.train.inputs, ...set.test.inputs].map((value) => Math.round(value * 255))).toEqual(
      expected['images'],
    );
    expect(notes).toEqual([
      'arrays: inputs [n, 6, 5, 3] have their channels last; they are moved to the front: [n, 3, 6, 5]',
    ]);
    const asIs = await loadFrom(goldens, { ...data, channels: 'first' } as DataSpecification);
    expect(asIs.inputShape).toEqual([6, 5, 3]);
  });

  it('is normalised by given constants, one for each channel or one for all', async () => {
    const at = { name: 'arrays', path: 'deflated.npz' } as const;
    const plain = await loadFrom(goldens, { ...at, normalise: false });
    const set = await loadFrom(goldens, { ...at, mean: [0.1, 0.2, 0.3], std: [2] });
    expect(set.normalisation).toEqual({ mean: [0.1, 0.2, 0.3], std: [2, 2, 2] });
    const wanted = plain.train.inputs.map((value, index) => (value - [0.1, 0.2, 0.3][Math.floor(index / 30) % 3]!) / 2);
    set.train.inputs.forEach((value, index) => expect(value).toBeCloseTo(wanted[index]!, 6));
    const refused = async (change: object) => (await failureOf(loadFrom(goldens, { ...at, ...change }))).message;
    expect(await refused({ mean: [0, 0] })).toBe('arrays: mean and std: expected both or none, got one');
    expect(await refused({ mean: [0, 0], std: [1] })).toBe(
      'arrays: mean: expected 1 number or 3, one a channel, got 2',
    );
    expect(await refused({ mean: [0], std: [1], normalise: false })).toContain('expected none beside normalise: false');
  });

  it('is refused where it does not have what is asked for', async () => {
    const refused = async (change: object) => (await failureOf(loadFrom(goldens, { ...stored, ...change }))).message;
    expect(await refused({ inputs: 'xx' })).toBe('arrays: inputs: no array "xx", did you mean "x"?');
    expect(await refused({ path: 'halves.npz' })).toMatch(
      /^arrays: expected an array x_train, .* in .*halves\.npz, got half, scalar$/,
    );
    expect(await refused({ path: 'missing.npz' })).toContain('expected missing.npz at');
    expect(await refused({ path: 'arrays.json' })).toContain('expected a .npz or .safetensors file, got arrays.json');
    expect(await refused({ path: 'deflated.npz', inputs: 'test_images' })).toMatch(
      /expected labels of shape \(2\) in .*train_labels, got shape \(8, 1\)/,
    );
    expect(await refused({ path: 'deflated.npz', labels: 'train_images' })).toContain('expected labels of shape (8)');
    expect(await refused({ path: 'arrays.safetensors', labels: 'x' })).toContain('got shape (12, 5)');
    expect(await refused({ classes: 2 })).toMatch(/expected labels from 0 to 1 in .*\/y, got 2 for example 2/);
    expect(await refused({ testInputs: 'x' })).toBe('arrays: testLabels: expected one beside testInputs, got none');
    expect(await refused({ path: 'arrays.safetensors', inputs: 'flags' })).toContain('expected inputs [n, …]');
  });

  it('may have more classes than its labels show', async () => {
    expect((await loadFrom(goldens, { ...stored, classes: 7 })).classes).toBe(7);
  });
});

describe('the layout of images', () => {
  it.each([
    { shape: [9, 3, 8, 8], order: 'auto', becomes: [3, 8, 8], moves: false },
    { shape: [9, 8, 8, 3], order: 'auto', becomes: [3, 8, 8], moves: true },
    { shape: [9, 8, 6, 1], order: 'auto', becomes: [1, 8, 6], moves: true },
    // Both ends can be channels: nothing is guessed.
    { shape: [9, 3, 8, 3], order: 'auto', becomes: [3, 8, 3], moves: false },
    { shape: [9, 3, 8, 5], order: 'last', becomes: [5, 3, 8], moves: true },
    { shape: [9, 8, 8, 3], order: 'first', becomes: [8, 8, 3], moves: false },
    { shape: [9, 8, 6], order: 'auto', becomes: [1, 8, 6], moves: false },
    { shape: [9, 40], order: 'auto', becomes: [40], moves: false },
  ] as const)('of $shape in the order $order becomes $becomes', ({ shape, order, becomes, moves }) => {
    const layout = nchw({ ...image, shape }, order);
    expect(layout).toMatchObject({ shape: becomes, moves });
  });

  it('keeps every value at its pixel and channel', () => {
    const values = Float32Array.from({ length: 2 * 2 * 3 * 4 }, (_, index) => index);
    const layout = nchw({ type: 'float32', shape: [2, 2, 3, 4], data: values }, 'last');
    const moved = withLayout(values, 2, layout);
    for (let n = 0; n < 2; n++)
      for (let c = 0; c < 4; c++)
        for (let h = 0; h < 2; h++)
          for (let w = 0; w < 3; w++)
            expect(moved[((n * 4 + c) * 2 + h) * 3 + w]).toBe(values[((n * 2 + h) * 3 + w) * 4 + c]);
  });
});
