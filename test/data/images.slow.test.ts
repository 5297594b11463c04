import { describe, expect, it } from 'vitest';
import { loadFrom, perClassOf, realData, useOwnCache } from './support.ts';

/** Mean and deviation per channel as the description of the data gives them. */
function expectMoments(
  { mean, std }: { mean: readonly number[]; std: readonly number[] },
  means: number[],
  stds: number[],
) {
  means.forEach((value, channel) => expect(mean[channel]).toBeCloseTo(value, 4));
  stds.forEach((value, channel) => expect(std[channel]).toBeCloseTo(value, 4));
}

describe('all images that are decoded', () => {
  it('of CIFAR-10 have the classes and moments of the data set, and the second time come from the cache', async () => {
    await useOwnCache();
    let decoded = 0;
    const set = await loadFrom(realData, { name: 'cifar-10', source: 'images' }, 1, (_, images) => (decoded = images));
    expect(decoded).toBe(60_000);
    expect(perClassOf(set.train, 10)).toEqual(new Array(10).fill(5000));
    expect(perClassOf(set.test, 10)).toEqual(new Array(10).fill(1000));
    expectMoments(set.normalisation!, [0.49125, 0.48209, 0.446521], [0.245232, 0.242782, 0.260629]);
    const never = () => expect.unreachable('it was decoded again');
    expect(await (await loadFrom(realData, { name: 'cifar-10', source: 'images' }, 1, never)).digest()).toBe(
      await set.digest(),
    );
  });

  it('of Tiny ImageNet have the classes and moments of the data set', async () => {
    await useOwnCache();
    const set = await loadFrom(realData, { name: 'tiny-imagenet' });
    expect(perClassOf(set.train, 20)).toEqual(new Array(20).fill(500));
    expect(perClassOf(set.test, 20)).toEqual(new Array(20).fill(50));
    expectMoments(set.normalisation!, [0.487542, 0.442516, 0.37323], [0.272921, 0.265657, 0.275923]);
  });
});
