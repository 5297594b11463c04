import { describe, expect, test } from 'vitest';
import type { Specification } from '../../../src/contract/index.ts';
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
