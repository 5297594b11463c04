import { describe, expect, test } from 'vitest';
import type { Specification } from '../../../src/contract/index.ts';
import { hostTensor } from '../../../src/base/index.ts';
import { lossFor } from '../../../src/nn/index.ts';
import { input, interpret } from '../../../src/ops/index.ts';
import { planTrials } from '../../../src/reproduce/index.ts';
import { scales } from '../../../src/studies/study.ts';
import { paperG } from '../../../src/studies/g/index.ts';

const specifications = (scale: (typeof scales)[number]): Specification[] =>
  planTrials(paperG, scale).flatMap((trial) => (trial.kind === 'training' ? [trial.specification] : []));

describe.each(scales)('at scale %s', (scale) => {
  test('every specification is valid and normalises the inputs of the top layer', () => {
    for (const { model } of specifications(scale)) expect(model).toMatchObject({ normaliseFeatures: true });
  });

  test('losses are followed by the running statistics, and the training loss with them', () => {
    for (const { probes } of specifications(scale))
      expect(probes[0]).toMatchObject({ kind: 'alternative-losses', batchNorm: 'running' });
  });

  test('large batches are gathered from ghost batches of the smallest size', () => {
    const optimizers = specifications(scale).flatMap(({ study, optimizer }) =>
      (study === 'G-mnist' || study === 'G-cifar10') && optimizer.name === 'sgd' ? [optimizer] : [],
    );
    expect(optimizers.length).toBeGreaterThan(0);
    const smallest = Math.min(...optimizers.map(({ batchSize }) => batchSize));
    for (const { batchSize, ghostBatchSize, momentum } of optimizers) {
      expect(momentum).toBe(0.9);
      expect(batchSize / (ghostBatchSize ?? batchSize)).toBe(
        ghostBatchSize === undefined ? 1 : batchSize / ghostBatchSize,
      );
      if (batchSize > 10 * smallest) expect(ghostBatchSize).toBeDefined();
    }
  });

  test('the smallest batches are small enough for the data', () => {
    for (const { data, optimizer } of specifications(scale)) {
      if (optimizer.name === 'gd' || typeof data.examples !== 'number') continue;
      expect(optimizer.batchSize).toBeLessThanOrEqual(data.examples);
    }
  });
});

test('the paper trains on all examples with batches of 256 and of 16,384 in 64 ghost batches', () => {
  const optimizers = specifications('paper')
    .filter(({ study }) => study === 'G-cifar10')
    .map(({ optimizer }) => optimizer);
  expect(optimizers).toContainEqual(
    expect.objectContaining({ learningRate: 0.1, batchSize: 16_384, ghostBatchSize: 256 }),
  );
  expect(optimizers).toContainEqual(expect.objectContaining({ learningRate: 0.001, batchSize: 256 }));
  expect(specifications('paper').every(({ data }) => data.name === 'clusters' || data.examples === 'all')).toBe(true);
});

/** ∂ℓ/∂s_y of ten equal scores, by a central difference in float64. */
function slopeOf(loss: Specification['loss']): number {
  const at = (step: number): number => {
    const scores = input('scores', { dtype: 'float64', shape: [1, 10] });
    const labels = input('labels', { dtype: 'int64', shape: [1] });
    const values = [step, ...new Array<number>(9).fill(0)];
    const [result] = interpret([lossFor(loss)(scores, labels)], {
      scores: hostTensor('float64', [1, 10], values),
      labels: hostTensor('int64', [1], [0]),
    });
    return result!.data[0]!;
  };
  return (at(1e-4) - at(-1e-4)) / 2e-4;
}

test('the first updates by any alternative loss move the scores as far', () => {
  const direct = specifications('laptop').filter(({ study }) => study === 'G-direct');
  expect(direct.length).toBeGreaterThan(8);
  for (const { loss, optimizer } of direct) {
    const rate = optimizer.name === 'sgd' && typeof optimizer.learningRate === 'number' ? optimizer.learningRate : NaN;
    expect(-rate * slopeOf(loss), JSON.stringify(loss)).toBeCloseTo(0.1 * 0.9, 7);
  }
});
