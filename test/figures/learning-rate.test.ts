import { expect, it } from 'vitest';
import { specificationSchema } from '../../src/contract/index.ts';
import { describeLearningRate, rulesTitle } from '../../src/figures/index.ts';

it('a learning rate is described in a few words', () => {
  expect(describeLearningRate(0.1)).toBe('0.1');
  expect(describeLearningRate({ schedule: 'constant', rate: 0.2 })).toBe('0.2');
  expect(describeLearningRate({ schedule: 'warmup', rate: 0.2, warmup: '1 epoch', start: 0 })).toBe('warmup 0.2');
  expect(describeLearningRate({ schedule: 'cyclical', low: 0.01, high: 0.1, halfCycle: '1 epoch' })).toBe(
    'cyclical 0.01–0.1',
  );
});

it('the rules of a run are described in their order', () => {
  const rules = specificationSchema.pick({ optimizer: true, changes: true });
  const optimizer = { name: 'gd', learningRate: 0.1 } as const;
  expect(rulesTitle(rules.parse({ optimizer }))).toBe('GD · learning rate 0.1 · full batch');
  const changes = [{ at: '500 iterations', optimizer: { name: 'sgd', learningRate: 0.01, batchSize: 50 } }];
  expect(rulesTitle(rules.parse({ optimizer, changes }), ', ')).toBe(
    'GD, learning rate 0.1, full batch; from 500 iterations SGD, learning rate 0.01, batch 50',
  );
});
