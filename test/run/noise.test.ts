import { describe, expect, it } from 'vitest';
import { execute, failureOf, fileAndLog, runsFolder, smallRun, valuesOf } from './support.ts';

describe('noise of the size of the initial variance of gradients', () => {
  const withNoise = (factor: number) =>
    smallRun({
      optimizer: { name: 'sgd', batchSize: 50, noise: { kind: 'initial-variance', factor, examples: 150 } },
      duration: '4 iterations',
      evaluate: '4 iterations',
    });
  /** The largest variance that a run's log states. */
  const stated = (runs: string, id: string): number => {
    const line = fileAndLog(runs, id).log.find((message) => message.startsWith('noise of variance'));
    return Number(/× ([\d.e+-]+), the largest of a gradient's coordinate over 150 examples/.exec(line ?? '')?.[1]);
  };

  it('is measured before the first update, over the examples that the specification states', async () => {
    const runs = runsFolder();
    await execute(withNoise(0.1), runs, 'a');
    await execute(withNoise(0.9), runs, 'b');
    expect(stated(runs, 'a')).toBeGreaterThan(0);
    expect(stated(runs, 'b')).toBe(stated(runs, 'a'));
    expect(valuesOf(runs, 'train.loss', 'b')).not.toEqual(valuesOf(runs, 'train.loss', 'a'));
  });

  it('is refused for a model with batch normalisation, whose examples have no gradients of their own', async () => {
    const specification = { ...withNoise(0.1), model: smallRun({ model: { name: 'fc6', units: 4 } }).model };
    expect(await failureOf(execute(specification, runsFolder()))).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: expect.stringContaining('expected a model without batch normalisation') as string,
    });
  });
});
