import type { Specification } from '../contract/index.ts';
import { describeLearningRate } from './learning-rate.ts';

export type UpdateRules = Pick<Specification, 'optimizer' | 'changes'>;

/** An update rule in a few words: `SGD · learning rate 0.1 · batch 100`. */
function describeRule(optimizer: Specification['optimizer'], separator: string): string {
  const batch = 'batchSize' in optimizer ? `batch ${optimizer.batchSize}` : 'full batch';
  const rate = `learning rate ${describeLearningRate(optimizer.learningRate)}`;
  return [optimizer.name.toUpperCase(), rate, batch].join(separator);
}

/** The update rules of a run in their order: `GD · …, from 500 iterations SGD · …`. */
export const rulesTitle = ({ optimizer, changes }: UpdateRules, separator = ' · '): string =>
  [
    describeRule(optimizer, separator),
    ...changes.map((change) => `from ${change.at} ${describeRule(change.optimizer, separator)}`),
  ].join('; ');
