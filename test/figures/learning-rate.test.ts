import { expect, it } from 'vitest';
import { describeLearningRate } from '../../src/figures/index.ts';

it('a learning rate is described in a few words', () => {
  expect(describeLearningRate(0.1)).toBe('0.1');
  expect(describeLearningRate({ schedule: 'constant', rate: 0.2 })).toBe('0.2');
  expect(describeLearningRate({ schedule: 'warmup', rate: 0.2, warmup: '1 epoch', start: 0 })).toBe('warmup 0.2');
  expect(describeLearningRate({ schedule: 'cyclical', low: 0.01, high: 0.1, halfCycle: '1 epoch' })).toBe(
    'cyclical 0.01–0.1',
  );
});
