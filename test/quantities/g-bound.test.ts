import { describe, expect, it } from 'vitest';
import { hostTensor, randomStream } from '../../src/base/index.ts';
import { evaluateExamples, ExampleEvaluator, exactTraces, type MeasuredNetwork } from '../../src/curvature/index.ts';
import { activation, createModel, crossEntropy, dense, hinge, mlp, sequential } from '../../src/nn/index.ts';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { measure, readingOf, readingsOf, runtimeOfFile } from './support.ts';

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('both sides of the bound on the Gcdf loss', () => {
  const runtime = runtimeOfFile();
  const network = (name = 'relu') => measured(runtime(), caseOf(objectives[name]!, 30), 12);

  it('are the losses and the exact trace of the top layer’s weights', async () => {
    const sigmas = [0.3, 2];
    const found = await measure('g-bound', { sigmas, draws: 2 }, network());
    const { losses } = await evaluateExamples(network(), { losses: { gcdf: sigmas, crossEntropy: [1] } });
    const { byParameter } = await exactTraces(network());
    const top = byParameter['5.weight']!;
    expect(top).toBeGreaterThan(0);
    for (const [index, sigma] of sigmas.entries()) {
      const at = (series: 'gBound.gcdf' | 'gBound.secondOrder') =>
        readingsOf(found, series).find(({ coordinate }) => coordinate === sigma)!;
      expect(at('gBound.gcdf').value).toBeCloseTo(mean(losses.gcdf![index]!), 6);
      const secondOrder = (mean(losses.crossEntropy![0]!) + (sigma ** 2 / 2) * top) / Math.LN2;
      expect(at('gBound.secondOrder').value).toBeCloseTo(secondOrder, 5);
    }
  });

  it('by Monte Carlo are what noise of the parameters makes of the network', async () => {
    const found = await measure('g-bound', { sigmas: [0.7], draws: 60 }, network());
    const weight = network().parameters['5.weight']!;
    const stream = randomStream(5, 'independent');
    const [values, errors]: [number[], number[]] = [[], []];
    const given = network();
    const evaluator = await ExampleEvaluator.create(given);
    for (let draw = 0; draw < 40; draw++) {
      const noisy = hostTensor(
        'float32',
        weight.shape,
        Float32Array.from((weight as { data: Float32Array }).data, (value) => value + 0.7 * stream.normal()),
      );
      const { loss, correct } = await evaluator.evaluate({
        ...given,
        parameters: { ...given.parameters, '5.weight': noisy },
      });
      values.push(mean(loss) / Math.LN2);
      errors.push(1 - mean(correct));
    }
    await evaluator.release();
    for (const [series, independent] of [
      ['gBound.monteCarlo', values],
      ['gBound.smoothedError', errors],
    ] as const) {
      const { value, standardError } = readingOf(found, series);
      const spread = Math.sqrt(mean(independent.map((sample) => (sample - mean(independent)) ** 2)) / 39);
      expect(Math.abs(value - mean(independent))).toBeLessThan(4 * Math.hypot(standardError!, spread));
    }
  });

  it('are in order: the smoothed 0-1 loss below Gcdf and below the smoothed cross-entropy over log 2', async () => {
    const sigmas = [0.2, 1, 5];
    const found = await measure('g-bound', { sigmas, draws: 20 }, network('normalised'));
    for (const index of sigmas.keys()) {
      const at = (series: 'gBound.smoothedError' | 'gBound.gcdf' | 'gBound.monteCarlo') =>
        readingsOf(found, series)[index]!;
      const error = at('gBound.smoothedError');
      expect(error.value).toBeLessThan(at('gBound.gcdf').value + 3 * error.standardError!);
      expect(error.value).toBeLessThan(at('gBound.monteCarlo').value);
    }
  });

  it('agree where they should: Gcdf is the smoothed error of two classes, and small noise is of second order', async () => {
    const model = createModel('binary', [4], mlp([5], 2, 'tanh'));
    const binary = (loss = crossEntropy): MeasuredNetwork => measured(runtime(), caseOf({ model, loss }, 30), 30);
    const found = await measure('g-bound', { sigmas: [0.8], draws: 150 }, binary());
    const error = readingOf(found, 'gBound.smoothedError');
    expect(error.standardError).toBeGreaterThan(0);
    expect(Math.abs(error.value - readingOf(found, 'gBound.gcdf').value)).toBeLessThan(4 * error.standardError!);
    const small = await measure('g-bound', { sigmas: [0.05], draws: 100 }, binary());
    const estimate = readingOf(small, 'gBound.monteCarlo');
    expect(Math.abs(estimate.value - readingOf(small, 'gBound.secondOrder').value)).toBeLessThan(
      4 * estimate.standardError!,
    );
    // The cross-entropy is meant, whatever is trained.
    expect((await measure('g-bound', { draws: 2 }, binary(hinge(1)))).readings).toEqual(
      (await measure('g-bound', { draws: 2 }, binary())).readings,
    );
  });

  it('refuse a top layer that is not fully connected, or is followed by something', async () => {
    const followed = createModel('followed', [4], sequential(dense(3), activation('tanh')));
    const single = measured(runtime(), caseOf({ model: followed, loss: crossEntropy }, 6), 6);
    await expect(measure('g-bound', { draws: 2 }, single)).rejects.toThrow('g-bound: expected scores of followed');
    const none = createModel('none', [3], activation('tanh'));
    const bare = measured(runtime(), caseOf({ model: none, loss: crossEntropy }, 6), 6);
    await expect(measure('g-bound', { draws: 2 }, bare)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
