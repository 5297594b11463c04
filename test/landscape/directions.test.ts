import { describe, expect, it } from 'vitest';
import { hostTensor, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { randomDirection, randomPlane, type HostPoint } from '../../src/landscape/index.ts';
import { createModel, mlp } from '../../src/nn/index.ts';
import { models } from '../curvature/support.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import { flat, hostPoint } from './support.ts';

/** Slices along the first axis. */
const slices = ({ shape, data }: HostTensor): Float64Array[] => {
  const size = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, row) =>
    Float64Array.from(data as Float32Array).slice(row * size, (row + 1) * size),
  );
};

const weights = ({ parameters }: HostPoint): [string, HostTensor][] =>
  Object.entries(parameters).filter(([, { shape }]) => shape.length > 1);
const vectors = ({ parameters }: HostPoint): [string, HostTensor][] =>
  Object.entries(parameters).filter(([, { shape }]) => shape.length < 2);

const model = models.batchNorm;
const point = hostPoint(model, 1);
const direction = (options: Partial<Parameters<typeof randomDirection>[3]> = {}, index = 0): Promise<HostPoint> =>
  randomDirection(model, point, index, { seed: 3, ...options });

describe('a filter-normalised direction', () => {
  it('has the norm of every filter and unit of the weights', async () => {
    for (const [name, tensor] of weights(await direction()))
      expectClose(slices(tensor).map(norm), slices(point.parameters[name]!).map(norm), { relative: 1e-7 }, name);
  });

  it('is the raw Gaussian direction, rescaled filter by filter', async () => {
    const raw = await direction({ normalisation: 'none' });
    for (const [name, tensor] of weights(await direction()))
      for (const [row, slice] of slices(tensor).entries()) {
        const drawn = slices(raw.parameters[name]!)[row]!;
        expectClose([inner(slice, drawn) / (norm(slice) * norm(drawn))], [1], { relative: 1e-7 });
      }
  });

  it('leaves biases, batch normalisation and running statistics where they are', async () => {
    const moved = await direction();
    for (const [, { data }] of [...vectors(moved), ...Object.entries(moved.buffers)])
      expect(Array.from(data as Float32Array).every((value) => value === 0)).toBe(true);
    expect(Object.keys(moved.buffers)).toEqual(model.buffers.map(({ name }) => name));
  });

  it('moves parameters of one axis when it is told to, by their own norm', async () => {
    const kept = vectors(await direction({ vectors: 'keep' }));
    expect(kept.length).toBeGreaterThan(2);
    for (const [name, tensor] of kept)
      expectClose([norm(toFloat64(tensor))], [norm(toFloat64(point.parameters[name]!))], { relative: 1e-7 }, name);
  });

  it('is zero in a filter of zeros', async () => {
    const plain = createModel('plain', [3], mlp([], 2));
    const zero = {
      parameters: Object.fromEntries(
        plain.parameters.map(({ name, shape }) => [
          name,
          hostTensor('float32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1))),
        ]),
      ),
      buffers: {},
    };
    expect(norm(flat(plain, await randomDirection(plain, zero, 0, { seed: 1 })))).toBe(0);
  });
});

describe('other directions', () => {
  it('normalised by layers have the norm of every weight tensor', async () => {
    for (const [name, tensor] of weights(await direction({ normalisation: 'layer' })))
      expectClose([norm(toFloat64(tensor))], [norm(toFloat64(point.parameters[name]!))], { relative: 1e-7 }, name);
  });

  it('without normalisation are standard normal numbers, of both signs', async () => {
    const large = createModel('large', [100], mlp([], 100));
    const drawn = await randomDirection(large, hostPoint(large, 1), 0, { seed: 1, normalisation: 'none' });
    const values = toFloat64(weights(drawn)[0]![1]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Five standard errors: 1/√10⁴ of the mean, √(2/10⁴) of the variance.
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(inner(values, values) / values.length - 1)).toBeLessThan(0.071);
  });
});

describe('random numbers of directions', () => {
  it('are the same for the same seed, and others for another seed or index', async () => {
    expect(await direction()).toEqual(await direction());
    const all = [await direction(), await direction({ seed: 4 }), await direction({}, 1)].map((d) =>
      flat(model, d).join(),
    );
    expect(new Set(all).size).toBe(3);
  });

  it('of one parameter do not depend on the other parameters', async () => {
    const [small, large] = [createModel('a', [4], mlp([5], 3)), createModel('b', [4], mlp([5], 7))];
    const of = async (network: typeof small): Promise<HostTensor> =>
      (await randomDirection(network, hostPoint(network, 1), 0, { seed: 1, normalisation: 'none' })).parameters[
        '1.weight'
      ]!;
    expect(await of(small)).toEqual(await of(large));
  });
});

describe('a random plane', () => {
  it('says the cosine of its directions, which is not 0', async () => {
    const { axes, cosine, centre } = await randomPlane(model, point, { seed: 3 });
    const [u, v] = axes.map((axis) => flat(model, axis)) as [Float64Array, Float64Array];
    expectClose([cosine], [inner(u, v) / (norm(u) * norm(v))], { relative: 1e-12 });
    expect(cosine).not.toBe(0);
    expect(centre).toBe(point);
  });

  it('refuses a checkpoint of another model, naming the parameter', async () => {
    await expect(randomPlane(models.relu, point, { seed: 1 })).rejects.toMatchObject({
      code: 'RUNTIME_INPUT',
      message: expect.stringMatching(/^parameter "1.weight": expected float32\[5,4\], got/) as string,
    });
  });
});
